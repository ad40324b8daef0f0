-- What callback links may be signed with, the newest first.
SELECT id, secret FROM callback_secret WHERE retired_at IS NULL OR retired_at > now() ORDER BY id DESC
