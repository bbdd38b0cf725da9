"""Any source becomes the canonical contact table: a lazy expression, and checks of its quality."""
