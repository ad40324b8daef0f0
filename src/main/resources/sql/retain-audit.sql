SELECT audit_retain($1)
