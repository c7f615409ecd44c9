#include "model/arrival.h"

#include "model/names.h"

static const char *const arrivals[ARRIVAL_END] = {
    [ARRIVAL_UNKNOWN] = "may-have-left",
    [ARRIVAL_DENIED] = "said-missing",
    [ARRIVAL_MISSING] = "missing-by-their-word",
};

static const char *const sentences[ARRIVAL_END] = {
    [ARRIVAL_UNKNOWN] = "may have left",
    [ARRIVAL_DENIED] = "they say it did not arrive",
    [ARRIVAL_MISSING] = "did not arrive, by their word",
};

NAMED_BY(arrival_name, enum arrival, arrivals)
NAMED_BY(arrival_sentence, enum arrival, sentences)
