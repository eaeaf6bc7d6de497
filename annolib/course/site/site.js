// What can be scrolled sideways can be reached and moved by keyboard.
for (const part of document.querySelectorAll(".highlight pre, .cell_output pre, .table-wrapper, div.math, .sidebar-scroll, .toc-scroll")) {
  if (part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight + 1) part.tabIndex = 0;
}
