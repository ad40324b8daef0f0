INSERT INTO callback_secret (secret)
SELECT $1::bytea WHERE NOT EXISTS (SELECT FROM callback_secret WHERE retired_at IS NULL)
