/** What a secret may be called, so that templates can name it as `secrets.NAME`. */
export const SECRET_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
