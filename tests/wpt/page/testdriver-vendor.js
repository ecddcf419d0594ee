// Served in place of WPT's file of this name: what a test asks of its driver waits in `window.__wpt.actions` of the
// topmost page until the runner does it through WebDriver, so that a click counts as the user's.
(() => {
  // Of this window within the topmost one, as indices of frames.
  const path = (view) => {
    const indices = [];
    for (; view !== view.parent; view = view.parent) {
      const siblings = Array.from({ length: view.parent.length }, (_, index) => view.parent[index]);
      indices.unshift(siblings.indexOf(view));
    }
    return indices;
  };
  let next = 0;
  const ask = (action) =>
    new Promise((resolve, reject) => {
      // A page of another origin, or a window without our report, has none: the test learns it as a failure.
      const report = window.top.__wpt;
      const id = `${path(window).join('.')}:${(next += 1)}`;
      report.waiting.set(id, { resolve, reject });
      report.actions.push({ id, ...action });
    });

  const driver = window.test_driver_internal;
  driver.in_automation = true;
  driver.click = (element) => {
    const view = element.ownerDocument.defaultView;
    if (view.top !== window.top) return Promise.reject(new Error('click() in another window is not implemented'));
    view.__wptTarget = element;
    return ask({ kind: 'click', frames: path(view) });
  };
  driver.set_permission = (parameters) => {
    const { descriptor, state } = parameters;
    // The bridge answers for what it grants itself.
    const bridge = window.__wptBridge;
    return bridge?.setPermission
      ? Promise.resolve(bridge.setPermission(descriptor, state))
      : ask({ kind: 'permission', frames: [], descriptor, permission_state: state });
  };
})();
