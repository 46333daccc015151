"""The catalog on this machine: Postgres, and the API's own code behind a plain HTTP server."""
