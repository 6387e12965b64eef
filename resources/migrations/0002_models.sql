CREATE TABLE stacks (
    path           TEXT    PRIMARY KEY,
    name           TEXT    NOT NULL,
    size_bytes     INTEGER NOT NULL,
    added_ms       INTEGER NOT NULL,
    last_used_ms   INTEGER NOT NULL,
    memory_bytes   INTEGER NOT NULL,
    context_length INTEGER NOT NULL
);
-- end

-- A seed is an unsigned number of 64 bits, kept as the signed one with the same bits.
CREATE TABLE presets (
    name               TEXT    PRIMARY KEY,
    system_prompt      TEXT    NOT NULL,
    temperature        REAL    NOT NULL,
    top_p              REAL    NOT NULL,
    top_k              INTEGER NOT NULL,
    min_p              REAL    NOT NULL,
    repetition_penalty REAL    NOT NULL,
    presence_penalty   REAL    NOT NULL,
    frequency_penalty  REAL    NOT NULL,
    seed               INTEGER,
    maximum_tokens     INTEGER NOT NULL
);
-- end

CREATE TABLE jobs (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    kind         TEXT    NOT NULL,
    source       TEXT    NOT NULL,
    output       TEXT    NOT NULL,
    options_json TEXT    NOT NULL,
    state        INTEGER NOT NULL CHECK (state BETWEEN 0 AND 3),
    fraction     REAL    NOT NULL,
    message      TEXT    NOT NULL,
    created_ms   INTEGER NOT NULL
);
-- end
