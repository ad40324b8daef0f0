SELECT audit_prepare()
