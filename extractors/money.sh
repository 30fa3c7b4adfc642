#!/bin/sh
# Amounts of money, in POSIX sh and awk. Shows `once`: started for each article, the text on standard input, one JSON object on standard output.
#
#     [extractor.money]
#     once = ["sh", "extractors/money.sh"]
#     offsets = "byte"
#     tasks = ["entities"]
#     inputs = ["extractors/money.sh"]
#
# Offsets are bytes, because LC_ALL=C makes awk count those, in any awk. It prints numbers and a fixed label and never a piece of the article, so nothing needs
# to be escaped.
LC_ALL=C
export LC_ALL

exec awk '
BEGIN {
    # The bytes of the euro and pound signs in UTF-8.
    sign = "(A|C|US|NZ)?([$]|\342\202\254|\302\243)"
    number = "[0-9][0-9,.]*"
    large = " (million|billion|trillion)"
    unit = " (dollars|euros|pounds|francs|crowns|roubles)"
    # From the longest form to the shortest.
    form[1] = sign number large
    form[2] = sign number "(bn|m|k)"
    form[3] = sign number
    form[4] = number large unit
    form[5] = number unit
    forms = 5
    printf "{\"entities\":["
}
# Where a form first stands from a place on, as whole words; 0 where it does not. Sets found_length.
function find(form, place,    start, size) {
    while (match(substr($0, place), form)) {
        start = place + RSTART - 1
        size = RLENGTH
        # A stop or a comma at the end belongs to the sentence.
        while (substr($0, start + size - 1, 1) ~ /[.,]/) size--
        found_length = size
        if (substr($0, start + size, 1) !~ /[A-Za-z0-9]/ && (start == 1 || substr($0, start - 1, 1) !~ /[A-Za-z0-9.,]/)) return start
        place = start + 1
    }
    return 0
}
{
    place = 1
    do {
        best = 0
        for (f = 1; f <= forms; f++) {
            start = find(form[f], place)
            if (start && (!best || start < best)) {
                best = start
                best_length = found_length
            }
        }
        if (best) {
            printf "%s{\"start\":%d,\"end\":%d,\"label\":\"MONEY\"}", comma, before + best - 1, before + best - 1 + best_length
            comma = ","
            place = best + best_length
        }
    } while (best)
    # The line end is a byte of the article too.
    before += length($0) + 1
}
END { print "]}" }
'
