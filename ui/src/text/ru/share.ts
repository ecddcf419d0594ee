import type { sharePicker as enSharePicker, shareProblems as enShareProblems } from "../en/share";

export const sharePicker: typeof enSharePicker = {
  title: "Показать участникам",
  lead: "Это увидят все участники встречи.",
  tabs: "Что показать",
  tab: { screen: "Экран", window: "Окно", region: "Область" },
  screens: "Экраны",
  windows: "Окна",
  screen: (number: number) => `Экран ${number}`,
  main: "Главный",
  minimised: "Свёрнуто",
  minimisedLead: "Пока вы его не развернёте, его никто не увидит.",
  size: (width: number, height: number) => `${width} × ${height}`,
  none: "Не нашлось экрана, который можно показать.",
  noWindows: "Нет открытых окон",
  noWindowsLead: "Окна других программ появятся здесь, как только их откроют.",
  loading: "Ищем экраны и окна…",
  preview: (name: string) => `${name}: так это увидят остальные`,
  noPreview: "Изображения пока нет",
  region: {
    screen: "Экран",
    frame: (x: number, y: number, width: number, height: number) =>
      `Область: ${width} на ${height} пикселей, ${x} слева и ${y} сверху`,
    help: "Перетащите рамку или двигайте её стрелками: на 1 пиксель, с Shift — на 10. С Alt они меняют размер.",
    snap: "Сохранять 16:9",
    x: "Слева",
    y: "Сверху",
    width: "Ширина",
    height: "Высота",
  },
  pointer: "Показывать указатель",
  sound: "Передавать звук компьютера",
  soundLead: "Звук других программ. Он слышен, даже когда ваш микрофон выключен.",
  soundMissing: "Система не может отделить от него голоса участников: все слышали бы самих себя.",
  cancel: "Отмена",
  share: "Показать",
  shareWindow: "Показать окно",
  shareRegion: "Показать область",
};

export const shareProblems: typeof enShareProblems = {
  "device.lost": "То, что вы показывали, закрыто или отключено. Его больше никто не видит.",
  "device.not_found": "Этого больше нет. Выберите для показа что-нибудь другое.",
  "device.unsupported": "В этой системе это нельзя показать или нельзя показать со звуком. Выберите другое или показывайте без звука.",
};
