/**
 * JSON Schema 2020-12 for payloads ({@code payload_schema}), made for schemas and payloads that
 * mean harm: a verdict costs a bounded amount of work, whatever they are.
 *
 * <p>It is our own because no library at hand can be stopped. With networknt's validator 2.0.8, an
 * {@code allOf} that doubles forty times runs until the process ends, {@code uniqueItems} spends
 * seconds inside one {@code HashSet} whose strings were made to collide, {@code {"$ref":"#"}} ends
 * in a {@code StackOverflowError}, {@code [1, 1.0]} counts as unique and {@code 1e99999999} is no
 * number; vertx-json-schema matches patterns with {@code java.util.regex}, which backtracks.
 *
 * <p>What bounds the work is a {@link dev.standby.schema.Budget} that every step pays from, in
 * proportion to what it costs: the verdict on a payload depends on nothing else, so it is the same
 * on every node however busy. Patterns run on RE2/J, in linear time; those that it can't do are
 * refused with the schema. Numbers are compared as decimal digits and never expanded. Nothing is
 * ever loaded: a reference leads to a place in the schema itself or in the standard's own, or the
 * schema is refused.
 *
 * <p>{@code json-schema-2020-12.json} is the meta-schema and its vocabularies as the standard has
 * them (BSD 3-clause), in one array.
 */
package dev.standby.schema;
