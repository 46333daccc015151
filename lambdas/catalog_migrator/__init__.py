"""The catalog's migrator: brings the database to the schema that loader and API are written for."""
