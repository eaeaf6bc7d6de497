// What can be scrolled sideways can be reached and moved by keyboard.
// Before that: a long name in a table may be broken after its lines and dots.
addEventListener("load", () => {
  for (const code of document.querySelectorAll("article td code")) {
    const walk = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walk.nextNode()) texts.push(walk.currentNode);
    for (const text of texts) {
      const pieces = text.data.split(/(?<=[_.(])/).flatMap((piece, place) => (place ? [document.createElement("wbr"), piece] : [piece]));
      text.replaceWith(...pieces);
    }
  }
  const parts = ".highlight pre, .cell_output pre, .table-wrapper, div.math, .sidebar-scroll, .toc-scroll";
  for (const part of document.querySelectorAll(parts)) {
    if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1) part.tabIndex = 0;
  }
});
