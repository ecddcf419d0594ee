import { $, element, run } from './view.js';

const button = (text, testid, label, act) => {
  const made = element('button', { type: 'button', textContent: text });
  made.dataset.testid = testid;
  made.setAttribute('aria-label', label);
  made.addEventListener('click', act);
  return made;
};

let call;

$('end').addEventListener('click', () => call?.say({ type: 'endMeeting' }));

// The secret stays in the fragment: it never appears in a request, and reloading keeps it.
run({
  secret: location.hash.slice(1),
  rows: (current, person) => (person.id === current.me ? [] : [
    button('Mute', 'mute-participant', `Mute ${person.name}`, () => current.say({ type: 'muteParticipant', participant: person.id })),
    button('Remove', 'remove', `Remove ${person.name}`, () => current.say({ type: 'remove', participant: person.id })),
  ]),
  ready: (current) => {
    call = current;
    call.addEventListener('waiting', ({ detail }) => {
      $('waiting').replaceChildren(...detail.participants.map(({ id, name }) => {
        const row = element('li', {}, element('span', { className: 'who', textContent: name }),
          button('Admit', 'admit', `Admit ${name}`, () => call.say({ type: 'admit', participant: id })),
          button('Deny', 'deny', `Deny ${name}`, () => call.say({ type: 'deny', participant: id })));
        row.dataset.testid = 'waiting-person';
        row.dataset.participant = id;
        return row;
      }));
    });
  },
});
