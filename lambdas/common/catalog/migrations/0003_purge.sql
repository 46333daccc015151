-- What is too old to be kept is deleted by the loader, too: it may do that with movie and gone already.
GRANT DELETE ON reject, genre TO catalog_loader;
