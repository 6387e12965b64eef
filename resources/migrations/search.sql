-- The index of all words, over what the tables hold (external content: no text is kept twice). `words` knows letters and
-- accents; `grams` has every three characters in a row and so finds what is written without spaces.
CREATE VIRTUAL TABLE message_words USING fts5 (text, content = 'messages', content_rowid = 'id',
                                               tokenize = 'unicode61 remove_diacritics 2');
-- end
CREATE VIRTUAL TABLE message_grams USING fts5 (text, content = 'messages', content_rowid = 'id', tokenize = 'trigram');
-- end
CREATE VIRTUAL TABLE title_words USING fts5 (title, content = 'conversations', content_rowid = 'id',
                                             tokenize = 'unicode61 remove_diacritics 2');
-- end
CREATE VIRTUAL TABLE title_grams USING fts5 (title, content = 'conversations', content_rowid = 'id',
                                             tokenize = 'trigram');
-- end
CREATE TRIGGER search_message_added AFTER INSERT ON messages BEGIN
    INSERT INTO message_words (rowid, text) VALUES (new.id, new.text);
    INSERT INTO message_grams (rowid, text) VALUES (new.id, new.text);
END;
-- end
CREATE TRIGGER search_message_removed AFTER DELETE ON messages BEGIN
    INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO message_grams (message_grams, rowid, text) VALUES ('delete', old.id, old.text);
END;
-- end
CREATE TRIGGER search_message_changed AFTER UPDATE OF text ON messages WHEN old.text <> new.text BEGIN
    INSERT INTO message_words (message_words, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO message_grams (message_grams, rowid, text) VALUES ('delete', old.id, old.text);
    INSERT INTO message_words (rowid, text) VALUES (new.id, new.text);
    INSERT INTO message_grams (rowid, text) VALUES (new.id, new.text);
END;
-- end
CREATE TRIGGER search_title_added AFTER INSERT ON conversations BEGIN
    INSERT INTO title_words (rowid, title) VALUES (new.id, new.title);
    INSERT INTO title_grams (rowid, title) VALUES (new.id, new.title);
END;
-- end
CREATE TRIGGER search_title_removed AFTER DELETE ON conversations BEGIN
    INSERT INTO title_words (title_words, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO title_grams (title_grams, rowid, title) VALUES ('delete', old.id, old.title);
END;
-- end
CREATE TRIGGER search_title_changed AFTER UPDATE OF title ON conversations WHEN old.title <> new.title BEGIN
    INSERT INTO title_words (title_words, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO title_grams (title_grams, rowid, title) VALUES ('delete', old.id, old.title);
    INSERT INTO title_words (rowid, title) VALUES (new.id, new.title);
    INSERT INTO title_grams (rowid, title) VALUES (new.id, new.title);
END;
-- end
INSERT INTO message_words (message_words) VALUES ('rebuild');
-- end
INSERT INTO message_grams (message_grams) VALUES ('rebuild');
-- end
INSERT INTO title_words (title_words) VALUES ('rebuild');
-- end
INSERT INTO title_grams (title_grams) VALUES ('rebuild');
-- end
