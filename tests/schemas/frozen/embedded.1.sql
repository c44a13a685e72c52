BEGIN TRANSACTION;
CREATE TABLE group_offset (
        group_name TEXT NOT NULL,
        partition_id INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        PRIMARY KEY (group_name, partition_id)
    ) WITHOUT ROWID;
INSERT INTO "group_offset" VALUES('tocsin',1,2);
CREATE TABLE record (
        partition_id INTEGER NOT NULL,
        "offset" INTEGER NOT NULL,
        key BLOB,
        value BLOB,
        headers BLOB,
        at REAL NOT NULL,
        PRIMARY KEY (partition_id, "offset")
    );
INSERT INTO "record" VALUES(1,0,X'6B30',X'7B227469746C65223A226669727374227D',X'9192AC636F6E74656E742D74797065C4106170706C69636174696F6E2F6A736F6E',1770000000.0);
INSERT INTO "record" VALUES(1,1,X'6B31',X'7B227469746C65223A227365636F6E64227D',X'9192AC636F6E74656E742D74797065C4106170706C69636174696F6E2F6A736F6E',1770000000.0);
INSERT INTO "record" VALUES(1,2,X'6B32',X'7B227469746C65223A227468697264227D',X'9192AC636F6E74656E742D74797065C4106170706C69636174696F6E2F6A736F6E',1770000000.0);
CREATE TABLE seen_key (
        group_name TEXT NOT NULL,
        key TEXT NOT NULL,
        at REAL NOT NULL,
        PRIMARY KEY (group_name, key)
    ) WITHOUT ROWID;
INSERT INTO "seen_key" VALUES('tocsin','article:1',1770000000.0);
INSERT INTO "seen_key" VALUES('tocsin','article:2',1770000000.0);
CREATE TABLE source_state (
        key TEXT PRIMARY KEY,
        value TEXT NOT NULL,
        at REAL NOT NULL
    ) WITHOUT ROWID;
INSERT INTO "source_state" VALUES('feed:https://example.org/feed','{"due":1770000600.0,"asked":1770000000.0}',1770000000.0);
CREATE TABLE topic (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        created REAL NOT NULL
    );
INSERT INTO "topic" VALUES(1,'tocsin.articles',1770000000.0);
CREATE TABLE topic_partition (
        id INTEGER PRIMARY KEY,
        topic_id INTEGER NOT NULL REFERENCES topic (id),
        number INTEGER NOT NULL,
        first_offset INTEGER NOT NULL DEFAULT 0,
        next_offset INTEGER NOT NULL DEFAULT 0,
        UNIQUE (topic_id, number)
    );
INSERT INTO "topic_partition" VALUES(1,1,0,0,3);
CREATE INDEX seen_key_at ON seen_key (at);
COMMIT;
