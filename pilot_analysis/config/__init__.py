"""The YAML that an analyst writes, as models; one loader; refusals that name file, line and key."""
