package dev.standby.bus;

import dev.standby.trigger.Command;
import dev.standby.trigger.Outcome;
import io.vertx.core.Promise;

/**
 * A command of this node's own rooms, with the promise of its outcome; never leaves the process.
 */
record Asked<C extends Command, O extends Outcome>(C command, Promise<O> answer) {}
