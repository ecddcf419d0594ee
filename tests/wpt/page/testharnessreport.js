// Served in place of WPT's file of this name. The runner reads `window.__wpt` through WebDriver and puts a line
// `const __wptTimeoutFactor = N;` before this text.
(() => {
  const report = {
    done: false,
    status: null,
    message: null,
    tests: [],
    actions: [],
    waiting: new Map(),
    // The runner's answer to an action; `error` is null if it was done.
    settle(id, error) {
      const action = report.waiting.get(id);
      report.waiting.delete(id);
      if (error === null) action?.resolve();
      else action?.reject(error);
    },
  };
  window.__wpt = report;
  add_completion_callback((tests, status) => {
    report.tests = tests.map((test) => ({
      name: String(test.name),
      status: test.status,
      message: test.message === null || test.message === undefined ? null : String(test.message),
    }));
    report.status = status.status;
    report.message = status.message ? String(status.message) : null;
    report.done = true;
  });
  setup({ timeout_multiplier: __wptTimeoutFactor, message_events: ['completion'] });
})();
