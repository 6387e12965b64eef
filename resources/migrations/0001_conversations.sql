-- Conversations as trees of messages. Numbers are never used twice, so that a late order cannot meet another's row.
CREATE TABLE conversations (
    id            INTEGER PRIMARY KEY AUTOINCREMENT,
    title         TEXT    NOT NULL,
    folder        TEXT    NOT NULL,
    pinned        INTEGER NOT NULL,
    created_ms    INTEGER NOT NULL,
    updated_ms    INTEGER NOT NULL,
    stack_path    TEXT    NOT NULL,
    leaf          INTEGER NOT NULL,
    system_prompt TEXT    NOT NULL,
    preset_name   TEXT    NOT NULL,
    draft         TEXT    NOT NULL,
    removed_ms    INTEGER NOT NULL DEFAULT 0
);
-- end

-- A parent is of the same conversation. Its key does not cascade: SQLite would recurse once per level, and stops at
-- 1,000; removeMessage() lists the branch instead.
CREATE TABLE messages (
    id                     INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation           INTEGER NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    parent                 INTEGER,
    role                   INTEGER NOT NULL CHECK (role BETWEEN 0 AND 3),
    text                   TEXT    NOT NULL,
    created_ms             INTEGER NOT NULL,
    tokens                 INTEGER NOT NULL,
    tokens_per_second      REAL    NOT NULL,
    time_to_first_token_ms REAL    NOT NULL,
    memory_bytes           INTEGER NOT NULL,
    agreement              REAL    NOT NULL,
    model_name             TEXT    NOT NULL,
    stopped                INTEGER NOT NULL,
    UNIQUE (conversation, id),
    FOREIGN KEY (conversation, parent) REFERENCES messages (conversation, id) DEFERRABLE INITIALLY DEFERRED
);
-- end

CREATE INDEX messages_by_parent ON messages (conversation, parent);
-- end
