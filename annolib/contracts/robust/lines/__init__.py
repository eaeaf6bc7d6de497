"""Lines, and menus of lines, for agents of several kinds (lessons 12, 13)."""
