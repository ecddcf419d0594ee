import type { closing as enClosing, desktop as enDesktop, mini as enMini } from "../en/desktop";

export const desktop: typeof enDesktop = {
  show: "Показать Foyer",
  mute: "Выключить микрофон",
  unmute: "Включить микрофон",
  cameraOn: "Включить камеру",
  cameraOff: "Выключить камеру",
  leave: "Покинуть встречу",
  quit: "Выход",
  idle: "встречи нет",
  lobby: "ожидание входа",
  live: "вас слышат",
  muted: "микрофон выключен",
  sharing: "вы показываете экран",
  admitted: "Вы на встрече",
  denied: "Вас не впустили",
  mutedByHost: "Организатор выключил ваш микрофон",
  removed: "Вас удалили со встречи",
  armed: "готов к следующей встрече",
  soonReady: "Скоро начало. Микрофон и сеть в порядке",
  soonTrouble: "Скоро начало. Проверьте микрофон и сеть",
  begins: "Встреча начинается",
  awake: "Идёт встреча",
};

export const closing: typeof enClosing = {
  title: "Покинуть встречу?",
  lead: "Если закрыть окно, вы покинете встречу.",
  leave: "Покинуть и закрыть",
  stay: "Остаться",
};

export const mini: typeof enMini = {
  open: "Мини-окно",
  title: "Мини-окно встречи",
  back: "Вернуться ко встрече",
  leave: "Покинуть встречу",
};
