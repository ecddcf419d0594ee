//! axe-core in the page: what of WCAG 2.2 A and AA a program can check.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::page::Page;

impl Page {
    /// Fails with every violation on the screen that is shown now.
    pub async fn is_accessible(&self, screen: &str) -> Result<()> {
        let known = self.run("return 'axe' in window;", Vec::new()).await?;
        if known != true {
            self.run(&source()?, Vec::new()).await.map_err(|_| {
                // The script itself would be the message.
                anyhow::anyhow!("axe-core does not load in the page")
            })?;
        }
        let found = self.run_async(CHECK, Vec::new()).await?;
        let problems = found["problems"]
            .as_array()
            .context("a list of violations")?;
        let passed = found["passed"].as_u64().unwrap_or_default();
        ensure!(
            passed > 5,
            "axe-core hardly looked at {screen}: {passed} rules"
        );
        let problems: Vec<_> = problems.iter().filter_map(Value::as_str).collect();
        ensure!(problems.is_empty(), "{screen}:\n{}", problems.join("\n"));
        Ok(())
    }
}

fn source() -> Result<String> {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../ui/node_modules/axe-core/axe.min.js");
    let source = fs::read_to_string(&file)
        .with_context(|| format!("{} comes with `npm ci`", file.display()))?;
    // As a script of its own, not as a function's body, whose `this` and `module` it would ask for.
    Ok(format!("{source}; window.axe = window.axe ?? axe;"))
}

/// The rules of the gallery (`ui/gallery/gallery.mjs`).
const CHECK: &str = "
  const done = arguments[arguments.length - 1];
  const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  // What fades has its colours only at the end; what pulses for ever has them always.
  const fading = document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => {}));
  Promise.all(fading).then(() => axe.run(document, { runOnly: rules, resultTypes: ['violations'] })).then(
    ({ violations, passes }) => done({
      passed: passes.length,
      problems: violations.flatMap(({ id, nodes }) =>
        nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary}`)),
    }),
    (error) => done({ passed: 0, problems: [String(error)] }),
  );";
