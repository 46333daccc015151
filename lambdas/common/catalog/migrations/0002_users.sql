-- The users of loader and API. On RDS and Aurora they sign in with a token of IAM; they have no password anywhere.
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'catalog_loader') THEN
        CREATE ROLE catalog_loader LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'catalog_api') THEN
        CREATE ROLE catalog_api LOGIN;
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = 'rds_iam') THEN
        GRANT rds_iam TO catalog_loader, catalog_api;
    END IF;
END $$;

GRANT SELECT, INSERT, UPDATE, DELETE ON movie, gone TO catalog_loader;

GRANT SELECT, INSERT ON genre, reject TO catalog_loader;

GRANT SELECT, INSERT, UPDATE ON movie TO catalog_api;

GRANT SELECT, INSERT ON genre TO catalog_api;

GRANT SELECT, DELETE ON gone TO catalog_api;
