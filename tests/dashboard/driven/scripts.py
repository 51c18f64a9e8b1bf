"""What is asked of a page while it is driven, in the browser's own language."""

KINDS = """{
    option: '[data-testid=stButtonGroup] button',
    tab: '[role=tab]',
    switch: '[data-testid=stCheckbox] label',
    radio: '[data-testid=stRadio] label:has(input)',
    select: '[data-testid=stSelectbox]',
    several: '[data-testid=stMultiSelect]',
    slider: '[role=slider]',
    popover: '[data-testid=stPopover] button',
    expander: '[data-testid=stExpander] summary',
    download: '[data-testid=stDownloadButton] button',
    button: '[data-testid=stButton] button',
    number: '[data-testid=stNumberInput] input',
    text: '[data-testid=stTextInput] input, [data-testid=stTextArea] textarea',
}"""
FIND = f"""() => {{
    const VALUED = ["select", "several", "number", "text", "slider"], kinds = {KINDS};
    const found = [], main = document.querySelector('[data-testid=stMain]');
    const area = element => {{
        const keyed = element.closest('[class*=st-key-]');
        return keyed ? [...keyed.classList].find(name => name.startsWith('st-key-')) : '';
    }};
    const words = element => (element.getAttribute('aria-label') || element.innerText || '').trim().slice(0, 80);
    let number = 0;
    document.querySelectorAll('[data-driven]').forEach(element => delete element.dataset.driven);
    for (const [kind, selector] of Object.entries(kinds)) {{
        for (const element of main.querySelectorAll(selector)) {{
            const box = element.getBoundingClientRect();
            if (!box.width || !element.checkVisibility({{visibilityProperty: true}})) continue;
            if (element.disabled || element.getAttribute('aria-disabled') === 'true') continue;
            const labelled = element.querySelector?.('label')?.innerText || element.getAttribute('aria-label') || '';
            const named = VALUED.includes(kind) ? labelled : words(element);
            element.dataset.driven = ++number;
            found.push({{number, kind, name: `${{kind}} ${{area(element)}} ${{named.trim().slice(0, 80)}}`}});
        }}
    }}
    return found;
}}"""
"""Every control that can be used now, marked with a number; the name of one does not change when it is used."""
STATE = """() => {
    const main = document.querySelector('[data-testid=stMain]'), state = {};
    const put = (name, value) => { state[name] = value; };
    const chosen = button => ['aria-checked', 'aria-pressed'].some(name => button.getAttribute(name) === 'true')
        || /Active/.test(button.dataset.testid || '');
    put('h1', [...main.querySelectorAll('h1')].map(one => one.innerText).join('|'));
    main.querySelectorAll('[data-testid=stButtonGroup]').forEach((one, at) => put(`options ${at}`,
        [...one.querySelectorAll('button')].filter(chosen).map(b => b.innerText).join('|')));
    main.querySelectorAll('[data-testid=stCheckbox] input').forEach((one, at) => put(`switch ${at}`, one.checked));
    main.querySelectorAll('[data-testid=stRadio] input').forEach((one, at) => put(`radio ${at}`, one.checked));
    for (const kind of ['stSelectbox', 'stMultiSelect'])
        main.querySelectorAll(`[data-testid=${kind}]`).forEach((one, at) => put(`${kind} ${at}`,
            one.textContent + [...one.querySelectorAll('input')].map(input => input.value).join('|')));
    main.querySelectorAll('[role=slider]').forEach((one, at) =>
        put(`slider ${at}`, one.getAttribute('aria-valuetext') || one.getAttribute('aria-valuenow')));
    return state;
}"""
"""What the page's controls say, without what no link restores: open lids, tabs of a figure, lines being typed."""
BROKEN = """() => [...document.querySelectorAll('[data-testid=stException], .st-key-page-failed, .st-key-empty-error')]
    .map(one => one.innerText)"""
