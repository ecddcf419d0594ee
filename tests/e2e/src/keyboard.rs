//! The window operated by keys alone, as by somebody without a mouse.

use anyhow::{Context, Result, bail, ensure};
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;

use crate::page::Page;

/// More stops than any screen has.
const MOST_STOPS: usize = 80;

/// A key with others held meanwhile.
#[derive(Clone, Copy)]
pub struct Chord<'a>(pub &'a [Key], pub char);

/// Ctrl+Shift and a letter.
pub const fn shortcut(letter: char) -> Chord<'static> {
    Chord(&[Key::Control, Key::Shift], letter)
}

/// A key alone.
pub fn key(key: Key) -> Chord<'static> {
    Chord(&[], char::from(key))
}

impl Page {
    /// Presses and releases.
    pub async fn press(&self, Chord(held, pressed): Chord<'_>) -> Result<()> {
        let held: Vec<char> = held.iter().map(|held| char::from(*held)).collect();
        let mut actions = KeyActions::new("keyboard".to_owned());
        for value in held.iter().copied().chain([pressed]) {
            actions = actions.then(KeyAction::Down { value });
        }
        for value in [pressed].into_iter().chain(held.into_iter().rev()) {
            actions = actions.then(KeyAction::Up { value });
        }
        self.act(actions).await
    }

    /// Types into whatever has the focus.
    pub async fn type_text(&self, text: &str) -> Result<()> {
        for letter in text.chars() {
            self.press(Chord(&[], letter)).await?;
        }
        Ok(())
    }

    /// Goes on with Tab until a control has the focus; tells which ones had it on the way, that one last. Each must
    /// be seen, and be seen to have the focus (WCAG 2.2, 2.4.7 and 2.4.11).
    pub async fn tab_to(&self, testid: &str) -> Result<Vec<String>> {
        let mut passed = Vec::new();
        for _ in 0..MOST_STOPS {
            self.press(key(Key::Tab)).await?;
            let stop = self.run(STOP, Vec::new()).await?;
            let name = stop["name"].as_str().context("a name")?.to_owned();
            if name.is_empty() {
                // Around the end of the page, nothing has the focus for a moment.
                continue;
            }
            ensure!(
                stop["shown"] == true,
                "{name} has the focus and is not to be seen"
            );
            ensure!(
                stop["ring"] == true,
                "{name} does not show that it has the focus"
            );
            passed.push(name);
            if passed.last().is_some_and(|last| last == testid) {
                return Ok(passed);
            }
        }
        bail!("{testid} is not reached by Tab, only {passed:?}")
    }

    /// The `data-testid` of what has the focus.
    pub async fn focused(&self) -> Result<String> {
        let stop = self.run(STOP, Vec::new()).await?;
        Ok(stop["name"].as_str().context("a name")?.to_owned())
    }
}

/// A control is shown if its middle is its own: neither outside the window nor beneath something.
const STOP: &str = "
  const stop = document.activeElement;
  if (!stop || stop === document.body) return { name: '' };
  stop.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  const { x, y, width, height } = stop.getBoundingClientRect();
  const top = document.elementFromPoint(x + width / 2, y + height / 2);
  const label = stop.closest('label');
  const beside = [stop, stop.parentElement, label, stop.nextElementSibling].filter(Boolean).map((one) => getComputedStyle(one));
  return {
    name: stop.dataset.testid ?? `${stop.tagName} ${stop.textContent.trim().slice(0, 40)}`,
    shown: width > 0 && height > 0 && Boolean(top) && (stop.contains(top) || top.contains(stop) || Boolean(label?.contains(top))),
    ring: stop.matches(':focus-visible') && beside.some(({ outlineStyle, outlineWidth, boxShadow }) =>
      (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none'),
  };";
