package dev.standby.store;

import io.vertx.core.Future;

/**
 * How requests get to their statement: by a {@link Lane}, with those of others, or within an {@link
 * OwnTransaction}.
 *
 * @param <C> what is asked
 * @param <O> what is answered
 */
interface Route<C, O> {
  /** Takes a request. */
  Future<O> submit(C command);

  /** Puts an entry that lost a race back, to be carried out anew. */
  void again(Entry<C, O> entry);
}
