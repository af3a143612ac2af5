"""All content in one archive, and back again on an empty site: nothing keeps a department here but its own wish."""
