"""Before the pilot: what a baseline log, or typed assumptions, say that a pilot of some size can show."""
