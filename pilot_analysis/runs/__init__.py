"""From a config to a published page: the Papermill engine, the run folder, publishing, the index.

Papermill loads `runs.engine` while it is importing itself, so this file imports nothing.
"""
