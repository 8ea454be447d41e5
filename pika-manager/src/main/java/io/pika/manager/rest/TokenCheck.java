package io.pika.manager.rest;

import io.javalin.http.Context;
import io.pika.manager.control.Term;
import io.pika.manager.state.TokenRecord;

/**
 * Finds out whose request this is. The lookup is by the hash of what was sent, so how long it takes says nothing
 * about tokens that exist.
 */
final class TokenCheck {
  private static final String SCHEME = "Bearer ";
  private static final int MAX_CHARS = 256;

  private TokenCheck() {}

  static TokenRecord of(Context context, Term term, long nowMs) {
    String header = context.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || header.length() > MAX_CHARS) {
      throw new ApiError(401, "token_missing", "this needs a token",
          "send the header Authorization: Bearer TOKEN; the administrator's is in the file admin.token of the"
              + " manager's directory");
    }
    TokenRecord token = term.state().tokenOfHash(Tokens.hash(header.substring(SCHEME.length()).strip()));
    if (token == null) {
      throw new ApiError(401, "token_unknown", "the token is not known here (any more)", "");
    }
    if (token.isExpired(nowMs)) {
      throw new ApiError(401, "token_expired", "the token has expired", "ask an administrator for a new one");
    }
    return token;
  }
}
