"""What the walk asks the browser, in the browser's own language."""

WATCHED = """
window.shifts = []; window.titled = null;
new PerformanceObserver(list => { for (const entry of list.getEntries()) {
  if (entry.hadRecentInput) continue;
  const moved = entry.sources.map(s => s.node?.nodeType === 1 ? s.node : s.node?.parentElement).filter(n => n);
  const at = box => `${Math.round(box.x)}, ${Math.round(box.y)}`;
  const how = s => `${at(s.previousRect)} to ${at(s.currentRect)}`;
  window.shifts.push({
    at: entry.startTime, value: entry.value, ours: moved.some(n => n.closest('[data-testid=stMainBlockContainer]')),
    nodes: moved.map(n => n.closest('[data-testid]')?.dataset.testid + ': ' + n.textContent.slice(0, 40)),
    how: entry.sources.map(how) });
} }).observe({type: 'layout-shift', buffered: true});
new MutationObserver((_, watcher) => { if (document.querySelector('h1')) {
  window.titled = performance.now(); watcher.disconnect(); } }).observe(document, {childList: true, subtree: true});
"""
"""Before anything loads: note every layout shift that no input caused, and when the page's title first stood there."""

QUIET = """() => new Promise(done => {
  let timer;
  const end = () => { watcher.disconnect(); shifts.disconnect(); done(); };
  const again = () => { clearTimeout(timer); timer = setTimeout(end, 250); };
  const watcher = new MutationObserver(again), shifts = new PerformanceObserver(again);
  watcher.observe(document.body, {childList: true, subtree: true, attributes: true});
  shifts.observe({type: 'layout-shift'});
  setTimeout(end, 8000);
  document.fonts.ready.then(again);
})"""
"""Waits until nothing has changed or moved for a quarter of a second, for eight seconds at most."""

AXED = """async options => (await axe.run(document, options)).violations.flatMap(rule => rule.nodes.map(node => ({
  rule: rule.id,
  impact: rule.impact, target: node.target, html: node.html.slice(0, 200), why: node.failureSummary })))"""
"""What axe finds, a node each."""

SIGNATURE = """targets => targets.map(target => {
  let node = document; for (const part of [target].flat()) node = (node.shadowRoot || node).querySelector(part);
  const plain = text => text.replace(/\\d+/g, '#');
  const role = node.getAttribute('role');
  const own = node.dataset.testid;
  const at = (own ? node.parentElement : node)?.closest('[data-testid]')?.dataset.testid || 'document';
  return plain(`${node.tagName.toLowerCase()}${role ? `[role=${role}]` : ''}${own ? `#${own}` : ''} in ${at}`);
})"""
"""What a node is, without the names that Streamlit makes anew with each version."""

STOPS = """() => {
  const groups = new Set();
  return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter(n => {
    const box = n.getBoundingClientRect();
    if (n.tabIndex < 0 || n.disabled || !box.width || !box.height || !n.checkVisibility({visibilityProperty: true}))
      return false;
    if (n.closest('[inert], [aria-hidden=true]')) return false;
    const group = n.closest('[data-testid=stButtonGroup]') || (n.type === 'radio' ? n.name : null);
    if (group) { if (groups.has(group)) return false; groups.add(group); }
    return true;
  }).map(window.told = n => {
    const alike = [...document.querySelectorAll(n.tagName)], late = n.matches('canvas, [role=tabpanel]');
    const drawn = late ? alike.indexOf(n) : n.textContent;  // a table's words may come late, or change with the minute
    const name = n.getAttribute('aria-label') || String(drawn) || n.labels?.[0]?.textContent || n.id;
    const kind = n.type === 'radio' ? 'radio ' + n.name : n.tagName.toLowerCase() + ' ' + name.trim().slice(0, 60);
    const at = n.closest('[class*=st-key-], [data-testid]');
    return kind + ' in ' + ([...(at?.classList || [])].find(c => c.startsWith('st-key-')) || at?.dataset.testid);
  });
}"""
"""Every control that the key Tab has to reach; of a group, in which the arrows move, one."""

FOCUSED = """() => {
  const looks = n => { const own = getComputedStyle(n); return [own.outlineStyle, own.outlineWidth, own.outlineColor,
    own.boxShadow, own.borderTopColor, own.borderTopWidth, own.backgroundColor, own.textDecorationLine,
    getComputedStyle(n, '::before').boxShadow, getComputedStyle(n, '::after').boxShadow].join(); };
  const last = window.last, grid = document.activeElement?.closest('[data-testid=stDataFrame]');
  if (grid && grid === last?.grid)  // from cell to cell the line around the table stays; the cell is on its canvas
    return {name: window.told(document.activeElement), seen: null, off: false};
  let seen = null;
  if (last) seen = last.nodes.some((n, i) => n.isConnected && looks(n) !== last.looks[i]);
  const node = document.activeElement;
  const none = !node || node === document.body || node === document.documentElement;
  const root = none ? null : node.closest('label, [data-testid]') || node;
  const nodes = none ? [] : [node, root, ...[...root.querySelectorAll('*')].slice(0, 60)];
  if (grid) nodes.push(...grid.querySelectorAll('[data-testid=stDataFrameResizable]'));
  window.last = none ? null : {nodes, grid, looks: nodes.map(looks)};
  const box = none ? null : node.getBoundingClientRect();
  return {name: none ? '' : window.told(node), seen,
          off: !none && (box.right <= 0 || box.bottom <= 0 || box.left >= innerWidth || box.top >= innerHeight)};
}"""
"""What has the focus; whether the one before looks otherwise now that it has lost it; whether this one is in sight."""

MOVING = """() => document.getAnimations().filter(a => a.playState === 'running' && a.effect?.getTiming().duration > 10)
  .map(a => (a.effect.target?.closest('[data-testid]')?.dataset.testid || a.effect.target?.tagName) + ' '
    + (a.animationName || a.transitionProperty))"""
"""What moves now."""

UNDESCRIBED = """() => {
  const named = n => (n.getAttribute('aria-label') || n.getAttribute('alt') || '').trim().length > 15;
  const charts = [...document.querySelectorAll('[data-testid=stPlotlyChart]')].filter(n => !named(n));
  const images = [...document.querySelectorAll('[data-testid=stMain] img')]
    .filter(n => !named(n) && !n.closest('[aria-hidden=true]'));
  const shown = n => n.getBoundingClientRect().width > 0;
  const tables = [...document.querySelectorAll('[data-testid=stDataFrame]')].filter(shown)
    .filter(n => !named(n.querySelector('[data-testid=stDataFrameResizable]') || n));
  return [...charts, ...images, ...tables].map(n => n.dataset.testid + ' in ' +
    [...(n.closest('[class*=st-key-]')?.classList || [])].join(' '));
}"""
"""Charts, pictures and tables without words of their own."""

PRINTED = """() => {
  const shown = n => n.checkVisibility({visibilityProperty: true, opacityProperty: true})
    && n.getBoundingClientRect().height > 1;
  const main = document.querySelector('[data-testid=stMain]');
  const controls = 'button, input, select, textarea, [role=tablist], [role=slider], header, [data-testid=stToolbar]';
  const small = [...main.querySelectorAll('[data-testid=stCaptionContainer]')].filter(shown);
  return {owed: small.filter(n => n.textContent.startsWith('Figures: ')).length,
    controls: [...document.querySelectorAll(controls)].filter(shown).map(n => n.outerHTML.slice(0, 120)),
    charts: [...document.querySelectorAll('[data-testid=stPlotlyChart] svg.main-svg')].filter(shown).length,
    clipped: getComputedStyle(main).overflowY === 'visible' ? 0 : main.scrollHeight - main.clientHeight,
    title: shown(document.querySelector('h1'))};
}"""
"""What is left on paper."""
