-- Who may read and decide. The row with the highest seq holds, as everywhere; nothing is ever updated.
CREATE TABLE IF NOT EXISTS users
(
    name      String,
    seq       UInt32 COMMENT 'counts what was said of a user; the highest holds',
    role      LowCardinality(String) COMMENT 'viewer, analyst, operator',
    limits    Map(LowCardinality(String), String) COMMENT 'dimension -> value of the shops that the user sees; empty: everything',
    password  String COMMENT 'scrypt$log2 N$r$p$salt$hash, base64url',
    active    Bool,
    by        String COMMENT 'who said it',
    at        DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (name, seq);

-- Signed-in browsers, by the hash of what the cookie holds: who reads the table cannot sign in with it.
CREATE TABLE IF NOT EXISTS sessions
(
    id          String COMMENT 'SHA-256 of the secret in the cookie, hex',
    user        String,
    user_seq    UInt32 COMMENT 'seq of the user at sign-in: what is said of a user later ends the session',
    ended       Bool COMMENT 'true in the row that ended it',
    expires_at  DateTime64(3, 'UTC'),
    at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (id, at);

-- Keys for programs, each of one user and with no more than its rights.
CREATE TABLE IF NOT EXISTS tokens
(
    id          String COMMENT 'public part, stands in front of the secret',
    user        String,
    label       String COMMENT 'what it is for, in the words of its user',
    role        LowCardinality(String) COMMENT 'what it may do at most',
    secret      String COMMENT 'SHA-256, hex; the secret itself was shown once',
    revoked     Bool COMMENT 'true in the row that revoked it',
    expires_at  DateTime64(3, 'UTC'),
    by          String COMMENT 'who made or revoked it',
    at          DateTime64(3, 'UTC')
)
ENGINE = MergeTree
ORDER BY (id, at);

-- Who read and changed what.
CREATE TABLE IF NOT EXISTS audit
(
    at       DateTime64(3, 'UTC'),
    user     String COMMENT 'blank: nobody was signed in',
    token    String COMMENT 'id of the token; blank: a browser, or nobody',
    address  String COMMENT 'where the request came from',
    method   LowCardinality(String),
    route    LowCardinality(String) COMMENT 'as in the route table',
    target   String COMMENT 'path and query as asked, without the body',
    status   UInt16,
    detail   String COMMENT 'why it was refused, or what was changed'
)
ENGINE = MergeTree
PARTITION BY toStartOfMonth(at)
ORDER BY at;
