/* The kernel's own refusals. Their codes are promised to programs; their texts are for people, in
 * the caller's language. */
#include "meta/cx.h"
#include "meta/filter_text.h"

#define R(name, code_, status_, title_, detail_)                                                   \
    const struct refusal refusal_##name = {                                                        \
        .code = code_, .status = status_, .title = title_, .detail = detail_                       \
    }

R(not_found, "not_found", 404, N_("Not found"),
  N_("There is nothing here, or it is not yours to see."));
R(forbidden, "forbidden", 403, N_("Not allowed"),
  N_("Your roles do not allow this: {1} is needed. Ask an administrator."));
R(required, "required", 422, N_("Something is missing"), N_("{1} must be given."));
R(wrong_type, "wrong_type", 422, N_("Wrong kind of value"), N_("{1} must be given as {2}."));
R(unknown_field, "unknown_field", 422, N_("Unknown field"), N_("There is no field {1} here."));
R(too_long, "too_long", 422, N_("Too long"), N_("{1} may have at most {2} characters."));
R(too_large, "too_large", 422, N_("Too large"), N_("{1} may be at most {2}."));
R(not_positive, "not_positive", 422, N_("Must be above zero"),
  N_("{1} must be greater than zero."));
R(negative, "negative", 422, N_("Must not be negative"), N_("{1} must not be below zero."));
R(unknown_choice, "unknown_choice", 422, N_("Unknown choice"),
  N_("{1} is none of the choices. Possible are: {2}."));
R(unknown_reference, "unknown_reference", 422, N_("Unknown reference"),
  N_("No {2} with the code or number {1} was found."));
R(taken, "taken", 409, N_("Already taken"), N_("{1} is in use already. Choose another value."));
R(version_conflict, "version_conflict", 412, N_("Changed meanwhile"),
  N_("Someone else changed this record since you read it: it is version {1} now. Read it again, "
     "then repeat your change."));
R(wrong_state, "wrong_state", 409, N_("Not possible now"),
  N_("This cannot be done while the state is {1}."));
R(read_only, "read_only", 422, N_("Not to be given"),
  N_("{1} is set by the program and cannot be given."));
R(archived, "archived", 409, N_("Archived"), N_("This record is archived. Restore it first."));
R(bad_json, "bad_json", 400, N_("Malformed JSON"),
  N_("The body is not valid JSON: {1} at byte {2}."));
R(bad_number, "bad_number", 422, N_("Not a number"),
  N_("{1} must be a decimal number such as {2}, as text."));
R(bad_date, "bad_date", 422, N_("Not a date"), N_("{1} must be a date such as {2}."));
R(dates_backwards, "dates_backwards", 422, N_("Days in the wrong order"),
  N_("{1} must not be before {2}."));
R(bad_text, "bad_text", 422, N_("Not valid text"),
  N_("{1} must be UTF-8 text without control characters."));
R(bad_currency, "bad_currency", 422, N_("Unknown currency"),
  N_("{1} is not an ISO 4217 currency code such as EUR."));
R(key_reused, "idempotency_key_reused", 422, N_("Idempotency key used before"),
  N_("This idempotency key was used with another request. Use a new key for a new request."));
R(unknown_filter, "unknown_filter", 422, N_("Unknown filter"),
  N_("{1} cannot be used here to filter, sort or choose."));
R(bad_cursor, "bad_cursor", 422, N_("Bad cursor"),
  N_("The cursor was not made by this list. Start again without after."));
R(too_many_to_sort, "too_many_to_sort", 422, N_("Too many to sort"),
  N_("More than {2} rows cannot be sorted by {1}. Narrow them down with a filter, or sort by "
     "something else."));
R(too_much_to_read, "too_much_to_read", 422, N_("Too much to look through"),
  N_("To answer this, more would have to be looked through than is let at once. Narrow it down "
     "with a filter that fewer records fit, such as a customer or a few days."));
R(unknown_command, "unknown_command", 404, N_("Unknown command"),
  N_("There is no command {1} here."));
R(not_signed_in, "not_signed_in", 401, N_("Not signed in"),
  N_("Sign in, or send an API key as Authorization: Bearer."));
R(too_many, "too_many", 429, N_("Too many requests"),
  N_("Too many requests. Try again in {1} seconds."));
R(store_unavailable, "store_unavailable", 503, N_("The store is not available"),
  N_("The data store does not answer at the moment. Nothing was changed; try again shortly."));
R(disk_full, "disk_full", 507, N_("No room left"),
  N_("There is no room left on the disk of the data store. Nothing was changed; make room and "
     "try again."));
R(out_of_memory, "out_of_memory", 503, N_("Out of memory"),
  N_("The program has no memory left for this. Nothing was changed; try again shortly."));
R(internal, "internal", 500, N_("Internal error"),
  N_("Something went wrong inside the program. Nothing was changed. The log has more under the "
     "trace number."));
R(stopping, "stopping", 503, N_("Stopping"),
  N_("The program is being stopped. Try again shortly."));
R(method_not_allowed, "method_not_allowed", 405, N_("Method not allowed"),
  N_("This address does not take {1}."));
R(posted, "posted", 409, N_("Posted already"),
  N_("What was posted is never changed or deleted. Reverse it instead."));
R(bad_request, "bad_request", 400, N_("Bad request"), N_("The request cannot be read: {1}."));
R(timeout, "timeout", 503, N_("Took too long"),
  N_("This took too long and was stopped. Narrow it down and try again."));
R(in_use, "in_use", 409, N_("In use"), N_("This is used elsewhere and cannot be archived."));

R(store_busy, "store_busy", 503, N_("Very busy"),
  N_("Too many changes are waiting at the moment. Nothing was changed; try again shortly."));
R(out_of_range, "out_of_range", 422, N_("Number too large"),
  N_("An amount or quantity became larger than the program can hold. Nothing was changed."));

const struct refusal *const kernel_refusals[] = {
    &refusal_not_found,
    &refusal_forbidden,
    &refusal_required,
    &refusal_wrong_type,
    &refusal_unknown_field,
    &refusal_too_long,
    &refusal_too_large,
    &refusal_not_positive,
    &refusal_negative,
    &refusal_unknown_choice,
    &refusal_unknown_reference,
    &refusal_taken,
    &refusal_version_conflict,
    &refusal_wrong_state,
    &refusal_read_only,
    &refusal_archived,
    &refusal_bad_json,
    &refusal_bad_number,
    &refusal_bad_date,
    &refusal_dates_backwards,
    &refusal_bad_text,
    &refusal_bad_currency,
    &refusal_key_reused,
    &refusal_unknown_filter,
    &refusal_bad_cursor,
    &refusal_too_many_to_sort,
    &refusal_too_much_to_read,
    &refusal_unknown_command,
    &refusal_not_signed_in,
    &refusal_too_many,
    &refusal_store_unavailable,
    &refusal_disk_full,
    &refusal_out_of_memory,
    &refusal_internal,
    &refusal_stopping,
    &refusal_method_not_allowed,
    &refusal_posted,
    &refusal_bad_request,
    &refusal_timeout,
    &refusal_in_use,
    &refusal_store_busy,
    &refusal_out_of_range,
    &refusal_filter_unknown_field,
    &refusal_filter_no_field,
    &refusal_filter_words,
    &refusal_filter_no_match,
};
const size_t n_kernel_refusals = N_ELEMENTS(kernel_refusals);
