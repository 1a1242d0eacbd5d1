/* What the files of this area share. */
#ifndef KONTOR_PARTY_INNER_H
#define KONTOR_PARTY_INNER_H

#include "common/company/company.h"
#include "common/party/party.h"

extern const struct refusal email_invalid;

#endif
