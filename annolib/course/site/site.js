// What can be scrolled sideways can be reached and moved by keyboard.
addEventListener("load", () => {
  const parts = ".highlight pre, .cell_output pre, .table-wrapper, div.math, .sidebar-scroll, .toc-scroll";
  for (const part of document.querySelectorAll(parts)) {
    if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1) part.tabIndex = 0;
  }
});
