"""The watcher: says what did not happen, which is what nobody else can tell."""
