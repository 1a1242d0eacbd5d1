/* The texts of the scripts in web/office/: written by `npm run texts` in web/, not by hand. */
#include "face/script_texts.h"

/* clang-format off */
const char *const script_texts[] = {
    N_("Cancel"),
    N_("Close"),
    N_("Discard"),
    N_("Done"),
    N_("No connection. What you entered is kept; try again."),
    N_("Put it back"),
    N_("Remove this line"),
    N_("Something went wrong"),
    N_("The server answered {1}. Try again; if it stays so, tell an administrator."),
    N_("This is not valid JSON."),
    N_("This must be a number."),
    N_("This must be a whole number."),
    N_("Try again"),
    N_("Yes"),
    N_("You had typed something here that was not saved."),
};
/* clang-format on */
const size_t n_script_texts = N_ELEMENTS(script_texts);
