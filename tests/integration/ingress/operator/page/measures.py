"""What is measured in an open page, as functions for its script."""

WIDER = "() => document.documentElement.scrollWidth - innerWidth"
"""So many px the page is wider than its window."""
SAYS = """() => {
  const said = [document.title];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode())
    if (!texts.currentNode.parentElement.closest("code, pre")) said.push(texts.currentNode.data);
  for (const element of document.querySelectorAll("body *"))
    for (const { name, value } of element.attributes)
      if (/^(aria-label|title|placeholder|data-name|data-.*-text|data-over)$/.test(name))
        said.push(value);
  return said.map((text) => text.trim().replace(/\\s+/g, " ")).filter((text) => text);
}"""
"""All that it says, in whatever way."""
FAINT = """() => {
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const mixed = (colours) => {
    pen.clearRect(0, 0, 1, 1);
    for (const colour of colours) { pen.fillStyle = colour; pen.fillRect(0, 0, 1, 1); }
    return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const light = (rgb) => {
    const linear = (it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
    const [r, g, b] = rgb.map((it) => linear(it / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
  };
  const faint = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].filter((it) => it.nodeType === Node.TEXT_NODE);
    const text = own.map((it) => it.data).join(" ").trim();
    if (!text || !element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      continue;
    const under = [];
    for (let it = element; it; it = it.parentElement)
      under.unshift(getComputedStyle(it).backgroundColor);
    const [a, b] = [mixed(under), mixed([...under, getComputedStyle(element).color])].map(light);
    const contrast = Math.max(a, b) / Math.min(a, b);
    const what = `${element.tagName}.${element.className} ${text.slice(0, 30)}`;
    if (contrast < 4.5) faint.push(`${contrast.toFixed(1)} ${what}`);
  }
  return [...new Set(faint)];
}"""
"""What is hard to read on its ground: below a contrast of 4.5."""
CRAMPED = """() => {
  const cramped = [];
  for (const card of document.querySelectorAll(".card")) {
    const texts = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
    const edge = card.getBoundingClientRect();
    while (texts.nextNode()) {
      const { data, parentElement } = texts.currentNode;
      if (!data.trim() || parentElement.closest("thead, .visually-hidden")) continue;
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      const at = range.getBoundingClientRect();
      if (at.height > 1 && (edge.bottom - at.bottom < 5 || at.top - edge.top < 5))
        cramped.push(data.trim());
    }
  }
  return cramped;
}"""
"""What touches the upper or lower edge of its card."""
OVER = """() => {
  const over = document.documentElement.scrollWidth > innerWidth ? ["the page"] : [];
  for (const card of document.querySelectorAll(".card")) {
    const edge = card.getBoundingClientRect().right;
    for (const it of card.querySelectorAll("table, td, .button, dd"))
      if (it.getBoundingClientRect().right > edge + 1) over.push(it.textContent.trim().slice(0, 9));
  }
  return over;
}"""
"""What reaches out of its card at the right."""
LINES_BEGIN = """() => [...document.querySelectorAll(".acts .row")].flatMap((row) => {
  const begins = new Map();
  for (const button of row.querySelectorAll(".button")) {
    const { top, left } = button.getBoundingClientRect();
    begins.set(top, Math.min(left, begins.get(top) ?? Infinity));
  }
  return [...begins.values()];
})"""
"""Where each line of buttons begins, from the left."""
