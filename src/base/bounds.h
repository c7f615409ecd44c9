#ifndef BASE_BOUNDS_H
#define BASE_BOUNDS_H
/* Every limit on what comes from outside, in one place, with its reason (docs/PROTOCOL.md 16).
 * tests/unit/base/bounds.def names the test at each bound and one over it; test_bounds fails for a bound that has none.
 *
 * Floor: base.
 */

/* --- names (docs/PROTOCOL.md 1) --- */
#define BOUND_AGENCY     63                                    /* bytes of an agency's short name: a DNS label */
#define BOUND_FEDERATION 253                                   /* bytes of a federation's name: a DNS name */
#define BOUND_ADDRESS    (BOUND_AGENCY + 1 + BOUND_FEDERATION) /* agency@federation */

/* --- frames and messages --- */
#define BOUND_FRAME           1048576 /* bytes of a frame's payload: the largest envelope or directory fits */
#define BOUND_ENVELOPE        525335  /* bytes: the largest bucket (512 KiB), its tag, the largest header, 7 of tags */
#define BOUND_HEADER          1024    /* bytes of an envelope header: two addresses and the rest come to under 800 */
#define BOUND_RECORD          2048    /* bytes of an audit record: a certificate of 1,800 bytes fits */
#define BOUND_COSIGNED        1536    /* bytes of one with a cosignature: another line of a full name and a signature */
#define BOUND_CHECKPOINT      960     /* bytes of a checkpoint note: three lines of full names and one signature */
#define BOUND_NOTE            131072  /* bytes of any other note; a directory note has a bound of its own */
#define BOUND_DIRECTORY       1000000 /* bytes of a directory note: 1,000 members of under 1,000 bytes; fits a frame */
#define BOUND_MEMBERS         1000    /* agencies in one directory */
#define BOUND_REVOCATIONS     1000    /* revocations in one directory: left out once the certificate has expired */
#define BOUND_ENDPOINT        259     /* bytes: a host name of 253, a colon, a port */
#define BOUND_ENTRY           8192  /* bytes of an agency's entry: a year's holidays and each service named twice fit */
#define BOUND_ENTRY_NOTE      16384 /* bytes of its note: base64, a full name, a signature */
#define BOUND_ENTRY_HOURS     28    /* times it opens in a week: four a day */
#define BOUND_ENTRY_HOLIDAYS  400   /* days on which it is closed: more than a year has */
#define BOUND_ENTRY_DESKS     32    /* desks of one agency */
#define BOUND_ENTRIES_A_DAY   24    /* newer ones of one agency that are taken: each goes to all members */
#define BOUND_PROMISE_MIN     44640 /* minutes in which an agency promises to answer: a month */
#define BOUND_ISSUERS         8   /* issuing CAs in one directory: one in use, and those whose certificates still run */
#define BOUND_NODES           8   /* machines of one agency in the directory */
#define BOUND_BASES           64  /* legal bases that a federation's policy names */
#define BOUND_ERASE_HOURS     336 /* between stop and erase: 14 days (docs/PROTOCOL.md 10) */
#define BOUND_NOTE_SIGNATURES 16  /* signature lines of a note (C2SP signed-note asks for at least 16) */
#define BOUND_PATH            64  /* hashes of an inclusion path: a tree below 2^63 leaves */
#define BOUND_FORK_PATH       60  /* hashes of one that fits a record: of a log of up to 2^60 */
#define BOUND_CONSISTENCY     126 /* hashes of a consistency path */
#define BOUND_HELLO           1024 /* bytes of a link's first message: a name, a few numbers, and room for newer ones */
#define BOUND_SOFTWARE        32   /* bytes in which a node names its software */
#define BOUND_DEPTH           5    /* messages within messages, the deepest we define is 4 */
#define BOUND_ARENA_FACTOR    8    /* times the frame: memory that decoding one frame may take */
#define BOUND_RENEWAL         4096 /* bytes of a request for a renewal: two of PKCS #10, a name, a signature */
#define BOUND_RENEWED         7300 /* bytes of the answer to one: four certificates */
#define BOUND_CERTIFICATE     1800 /* bytes of a certificate's DER: it fits a record */
#define BOUND_BUNDLE_KEYS     12   /* sealing keys in one bundle: five weeks offered, three kept, four to spare */

/* --- a case and a consent --- */
#define BOUND_FIELD_TEXT           1000  /* bytes of a short text field: names and streets in any script */
#define BOUND_PHONE                16    /* bytes of a telephone number: a plus and 15 digits */
#define BOUND_EMAIL                254   /* bytes of an address of e-mail: RFC 5321 */
#define BOUND_FIELD_LONG           16384 /* bytes of a long text field: eight pages */
#define BOUND_FIELD_CODES          32    /* values of a multi-select field: the longest HTCDS list has 21 */
#define BOUND_CASE_RECORDS         32    /* events, perpetrators, family members, plans of one case: a dozen are many */
#define BOUND_SECTION              98304 /* bytes of one encoded section: six long texts; four of these fill a body */
#define BOUND_BODY                 393216 /* bytes of a message body: leaves room for record, proofs, consent receipt */
#define BOUND_GRANTS               9      /* grants of one consent: she may be referred, and 8 with sections */
#define BOUND_GRANT                12288  /* bytes of a grant: with all its lists full it has under 11,000 */
#define BOUND_GRANT_NAMED          32     /* agencies named for onward sharing in one grant */
#define BOUND_EXCLUDED             128    /* fields excluded from one grant: more than the largest section has */
#define BOUND_CONSENT_DAYS         366    /* days a consent may run: 12 months at most */
#define BOUND_CONSENT_DAYS_DEFAULT 90     /* days a consent runs where no last day was given */
#define BOUND_KEEP_DAYS            3660   /* days ahead that data may be kept until: ten years */
#define BOUND_NOTICE               64     /* bytes of notice id and version */
#define BOUND_OUTSIDE              400    /* bytes of who somebody outside is, and whom to phone there */
#define BOUND_LETTERS              16     /* printed under one consent for somebody outside, each shown with it */
#define BOUND_LANGUAGE             3      /* letters of the code of a language */
#define BOUND_BASIS                32     /* bytes of a basis, ground or other policy code */
#define BOUND_RECIPIENTS           32     /* agencies in one `consent record`: each becomes a consent of its own */
#define BOUND_SERVICES             16     /* services asked for in one referral */
#define BOUND_REASON               2000   /* bytes of a free-text reason or answer */
#define BOUND_REPLIES              999    /* answers to one referral, each of which follows another */
#define BOUND_WAITLIST_DAYS        14     /* until they say more to one who waits for a place */
#define BOUND_STANDS_DAYS          5      /* working days for which the clock stands after a question, at most */
#define BOUND_EXPECTED_DAYS        90     /* until a day on which she is expected, or has an appointment */
#define BOUND_REPLIES_OPEN         8      /* of these, taken beyond the share of who gives them */
#define BOUND_INQUIRY_PLACES       16     /* people that room is asked for at once */
#define BOUND_INQUIRY_LANGUAGES    2      /* that are asked for: with more a person could be known by them */
#define BOUND_PAUSE_DAYS           14     /* a node is paused, longer than any work on a machine; then it is just off */
#define BOUND_INQUIRY_DAYS         14     /* until which an answer is waited for; then an inquiry has ended */
#define BOUND_INQUIRY_FROM_DAYS    60     /* until the day from which room is needed */
#define BOUND_INQUIRY_KEPT_DAYS    30     /* that one is kept behind its end, to be looked up */
#define BOUND_INQUIRIES            64     /* of one agency that wait for an answer: more wait at its node */
#define BOUND_MONTH                12000  /* months from January 1970 on: a thousand years */
#define BOUND_REQUEST_ID           64     /* bytes of a caller's request id */
#define BOUND_PASSPHRASE           1024   /* bytes of the storage key's passphrase: a long sentence in any script */
#define BOUND_KEYS_PIECE           262144 /* bytes in a piece of a backup's keys: read whole before it is believed */

/* --- the people of an agency --- */
#define BOUND_STAFF         1000 /* persons who use a node, those who left too: each start opens them all, 10 ms */
#define BOUND_ACCOUNT       64   /* bytes of the name of a Unix user: most systems take 32 */
#define BOUND_STAFF_NAME    120  /* bytes of a person's name, as colleagues know it */
#define BOUND_PROPOSAL_DAYS 7    /* that a change of roles waits for a second supervisor; then it is said again */
#define BOUND_PROPOSED      32   /* persons who wait for a second supervisor at once */
#define BOUND_STAND_INS     4    /* colleagues that one person stands in for at a time */
#define BOUND_STAND_IN_DAYS 92   /* days ahead: a long illness; then the work is handed over */
#define BOUND_HANDED_DAYS   90   /* for which `watch` tells what was given to whom: longer than a leave */
#define BOUND_DESKS         32   /* of one agency */
#define BOUND_STAFF_DESKS   8    /* at which one person is */
#define BOUND_DUTY_HOURS    72   /* ahead that somebody is on duty at most: a long weekend */
#define BOUND_ACCESS_HOURS  12   /* that a case is read for so: a shift; then there is another reason, or none */
#define BOUND_REVIEW_DAYS   7    /* in which it is reviewed: then `status` is red */
#define BOUND_CASE_LINKS    64   /* of one case, opened each time it is shown: a group that travels fits */
#define BOUND_NEVER         32   /* persons and agencies kept from one case: each is opened with each look for it */
#define BOUND_REFUSED_ACTS  10   /* of one person and day, each a record for ever: then a line of the node's log */
#define BOUND_AUDITOR_DAYS  366  /* days ahead that an auditor may have a role: then he is entered again */

/* --- what a dialogue has been told --- */
#define BOUND_DRAFTS        20     /* of one person at once: a day's talks */
#define BOUND_DRAFT         131072 /* bytes of the answers of one: all short ones, and six full pages */
#define BOUND_DRAFT_ANSWERS 128    /* of one: more than there are questions */
#define BOUND_QUESTION      40     /* bytes of the id of a question */
#define BOUND_DRAFT_DAYS    30     /* days since its last change: then it is erased */

/* --- files people give, and what they type --- */
#define BOUND_REQUEST_FILE       262144  /* bytes: two requests of 1,800, a bundle note, and base64 */
#define BOUND_ISSUED             4194304 /* bytes of an agency's certificates, in PEM: one a day for 14 years */
#define BOUND_MEMBERSHIP_FILE    1400000 /* bytes: the largest directory note in base64, four certificates */
#define BOUND_CONSENT_FILE       262144  /* bytes of a consent as JSON: all grants with all their fields fit */
#define BOUND_BACKUP_PLACE       160  /* bytes of the folder of a part of a backup: a line of node.conf has under 200 */
#define BOUND_BACKUP_NAME        32   /* bytes of what a place of the backup is called: a word or two */
#define BOUND_BACKUP_PLACES      16   /* of keys parts that may not be destroyed: one a year, and that of today */
#define BOUND_BACKUP_OLD_PLACES  14   /* of these, all but that of today and a copy: no more are taken */
#define BOUND_BACKUP_UNTOLD      16   /* agencies that do not read of these places, named: a status names as many */
#define BOUND_BACKUP_GENERATIONS 1000 /* data parts that are kept: one a day for more than two years */
#define BOUND_CONFIG             65536 /* bytes of node.conf: it has a dozen lines */
#define BOUND_WORD               8192  /* bytes of one word of the command line: a folder's name or a long list fits */
#define BOUND_ID_DIGITS          8 /* least digits of the beginning of an id: in a shorter one a slip names another */
#define BOUND_IDS_FOUND          5 /* ids that begin alike and are shown: who typed them types one more digit */
#define BOUND_CASE_NOTE          16384  /* bytes of a note beside a case */
#define BOUND_NOTE_DAYS          366    /* until when a supervisor is to see to one, at most */
#define BOUND_CASE_DATE_DAYS     7306   /* 20 years, until which a day is kept of a case; what is longer has no end */
#define BOUND_CASE_LIKENESSES    3      /* by which one case may be found: names and birth date, two phones */
#define BOUND_SPOKEN_ID          24     /* bytes of a label or code-name with its end: the longest has 20 */
#define BOUND_LIST               100000 /* rows of one page of a list: more are asked for by a cursor */
#define BOUND_SEARCH_WORDS       8      /* words looked for at once: a full name, a number and more */
#define BOUND_SEARCH_TEXT        1024   /* bytes of them as they are typed: each of the longest, in any script */
#define BOUND_SEARCH_HITS        50     /* cases that are shown of those found: with more, one word more is asked for */
#define BOUND_OPTION_VALUES      128    /* values given for one option: more than the longest closed list has */
#define BOUND_IMPORT             67108864 /* bytes of one file of cases: about 30,000 cases */
#define BOUND_IMPORT_ROWS        50000    /* cases in one file */
#define BOUND_IMPORT_COLUMNS     256      /* columns of one file: there are under 200 fields */
#define BOUND_JSON_DEPTH         8        /* arrays and objects within each other: a case needs 3 */

/* --- links --- */
#define BOUND_LINKS                  8192   /* links at once in refex-link: 5,000 agencies and room */
#define BOUND_HANDSHAKES             128    /* connections that have not proved who they are: two rounds of accepting */
#define BOUND_DIALS                  64     /* our own dials at once: 64 x 1.3 ms of CPU */
#define BOUND_CLIENT_HELLO_MS        2000   /* from accept to a whole ClientHello, which follows at once on any line */
#define BOUND_ACCEPT_TO_HANDSHAKE_MS 5000   /* from accept to the end of the handshake: two more round trips */
#define BOUND_HANDSHAKE_MS           10000  /* from accept to hello: slow links need 3 round trips */
#define BOUND_IDLE_MS                120000 /* without a byte: pings go every 45 s, two may be lost */
#define BOUND_PING_MS                45000  /* without a byte: then a ping is sent */
#define BOUND_LINK_OUT               8388608   /* bytes queued on one link: 16 of the largest envelopes */
#define BOUND_STREAM_OUT             67108864  /* bytes queued on any other stream: a slower reader is cut off */
#define BOUND_SEAM_OUT               33554432  /* bytes queued for refex-link: more is dropped, and asked for again */
#define BOUND_SEAM_HIGH              4194304   /* bytes waiting on the seam at which no link is read: eight envelopes */
#define BOUND_LOGGED                 60        /* connections logged in a minute, of members and of others */
#define BOUND_UNKNOWN                6         /* nodes in a minute, listed by nobody, that may bring a directory */
#define BOUND_SUSPENSION_MS          259200000 /* for which an agency is suspended: 72 hours, over a weekend */
#define BOUND_RECALL_MS              1209600000 /* that who left has a narrow link: 14 days, as its last directory */
#define BOUND_SUSPENDED_BY_ONE       4          /* agencies an officer suspends: a stolen key stops no federation */
#define BOUND_SUSPENSIONS            48         /* members whose statements are kept: each goes with each new link */
#define BOUND_SUSPENSION_NOTE        4096       /* bytes of such a note: six full names and a signature fit */
#define BOUND_NOTES_AGAIN_MS         600000     /* until they go again on a link: who did not use one may do so now */
#define BOUND_SUCCESSION_NOTE        1400       /* bytes: three full names of 340, two keys, two signatures */
#define BOUND_SUCCESSIONS            8          /* of one agency: identity certificates last two years */
#define BOUND_SUCCESSIONS_A_SECOND   16         /* on a link: 200 agencies' are said in two minutes, at 2 % of a core */
#define BOUND_DIRECTORIES_KNOWN      64         /* directories that were in use: a year of weekly ones; 40 bytes each */
#define BOUND_BAD_DIRECTORIES        3          /* refused directories on one link, each logged, before it is closed */
#define BOUND_HUNG_UP                16         /* links that ended before the answer, which are one question in vain */
#define BOUND_RESOLVED               8          /* addresses of one host that are tried */
#define BOUND_SEEK_MS                60000      /* the longest pause between two dials of a sweep over members */
#define BOUND_SWEEP_MS               1800000    /* that takes no longer: a directory is at all in an hour */
#define BOUND_DIAL_ONLY_MS           120000     /* in which who is dialled by nobody dials each it has no link to */
#define BOUND_SEEK_REST_MS           600000     /* between two sweeps: the next member is linked, or nobody answers */
#define BOUND_WITNESSED              64    /* sizes asked for in one frame: paths and notes of an answer, 320 KiB */
#define BOUND_UNLINKED               1024  /* notes of a peer, and records under them, kept until they are linked */
#define BOUND_LINKED                 512   /* linked notes of a peer without a receipt: to find a second log by */
#define BOUND_GAPS                   1024  /* messages of one agency that a restored home lacks, kept: 48 KiB */
#define BOUND_GAPS_SEEN              4096  /* … that a person has looked after, which come again: 64 KiB */
#define BOUND_ASKED                  256   /* messages asked for in one frame: 12 KiB, answered in one commit */
#define BOUND_TOMBSTONES             10000 /* of one agency: consents known by their withdrawal only */
#define BOUND_OWED_RECORDS           10000 /* records a start reads, at most, to know what is owed */
#define BOUND_TOMBSTONE_DAYS         396   /* days one is kept: 13 months, longer than a consent and an envelope live */
#define BOUND_ANSWERING              16384 /* bucket of a message that is taken beyond its peer's share */
#define BOUND_CONSENTS_EVERY         10000 /* records of the exchange log between two CONSENTS: a start reads no more */
#define BOUND_CLIENTS                64    /* clients of the control socket at once */
#define BOUND_CLIENTS_EACH           16    /* of them those of one Unix user who does not run the node */
#define BOUND_ANSWER                 50331648 /* bytes of answers queued for one client: 3/4 of BOUND_STREAM_OUT */
#define BOUND_ANSWER_RECORDS         4096     /* audit records in one answer: 9 MiB at most */
#define BOUND_PIECES                 8192     /* sections in one CASE_PART, which still fits a frame */
#define BOUND_LIKENESS               2048     /* bytes of what two cases may share: two names of 1,000, a date */
#define BOUND_CORRECTION_ANSWERS     8        /* of the agency that holds it to each correction, on average */
#define BOUND_TIMELINE               64   /* entries of a referral that are shown, the oldest; the others are counted */
#define BOUND_FINDINGS               2048 /* findings in a status: BOUND_NAMED of each sort, and how many more */
#define BOUND_NAMED                  16   /* of each sort of findings that are named; the others are counted */
#define BOUND_LATE                   1024 /* referrals past their time that a status looks at: 10 ms of look-ups */
#define BOUND_BATCH                  1024 /* requests and messages in one commit: bounds the time of a transaction */

/* --- from when on somebody has to act --- */
#define BOUND_EMERGENCY_UNDELIVERED_MS 300000     /* an emergency without a receipt: 5 minutes, then phone */
#define BOUND_EMERGENCY_UNANSWERED_MS  1800000    /* one that nobody opened, or answered since: 30 minutes */
#define BOUND_NOT_ARRIVED_MS           3600000    /* after the time at which she was expected: an hour */
#define BOUND_CONFIRMED_MS             259200000  /* a cancellation that a person is to confirm: three days */
#define BOUND_WAITING_LONG_MS          86400000   /* a message that has not left: a day */
#define BOUND_RECEIPT_LATE_MS          3600000    /* a withdrawal without a receipt: an hour; they may read on */
#define BOUND_OWED_LATE_MS             259200000  /* whatever else is owed: three days, longer than a weekend */
#define BOUND_GRACE_MS                 2592000000 /* after a transport certificate ended: 30 days, in which it renews */
#define BOUND_CERTIFICATE_ENDS_MS      1209600000 /* before another node's certificate ends: 14 days to renew it */
#define BOUND_CERTIFICATE_WARN_MS      2592000000 /* before one's own ends, or an agency's: 30 days */
#define BOUND_AUTHORITY_WARN_MS        15552000000 /* before one of the federation's own: 180 days, twice a link's 90 */
#define BOUND_RENEWAL_LATE_MS          259200000   /* after a certificate was due: by itself it renews in 3 days */

/* --- the share of one agency, a day (src/model/resources.def); above it what can wait is answered with busy --- */
#define BOUND_SHARE_FRAMES   4000000     /* a message, its receipt, and as many of ours */
#define BOUND_SHARE_MESSAGES 1000000     /* a large agency's referrals of ten years */
#define BOUND_SHARE_OPENINGS 1000000     /* one for each message: two minutes of CPU */
#define BOUND_SHARE_BYTES    17179869184 /* 16 GiB: a million messages of the usual size, four times */
#define BOUND_SHARE_COMMITS  1000000     /* one for each message, where each comes alone */
#define BOUND_SHARE_RECORDS  2500000     /* two for each message, and as many again for ours */
#define BOUND_SHARE_REFUSALS 1000        /* each is a record for ever; a peer that works makes a few a year */
#define BOUND_SHARE_LINES    512         /* eight about links and a dozen others, in most hours of a day */
#define BOUND_SHARE_CONSENTS 10000       /* as many persons; each takes a key and a row for ever */
#define BOUND_SHARE_DISK     8589934592  /* 8 GiB; and a quarter of what is free above BOUND_DISK_PEERS, if less */
#define BOUND_SHARE_BLOCKS   64          /* blocks of a share: each is written before it is used */

/* --- whose frames are handled first --- */
#define BOUND_ROUND         16       /* frames of one link at once in a tick; the rest in turn with other links */
#define BOUND_ROUND_LAST    16       /* frames in a tick of all links over their share or that send rubbish: 3 ms */
#define BOUND_QUEUED        256      /* frames of such a link that wait: half a second of CPU */
#define BOUND_QUEUED_BYTES  4194304  /* and their bytes: eight of the largest envelopes */
#define BOUND_WAITING       16384    /* frames of any other link that wait: more than BOUND_LINK_OUT of messages */
#define BOUND_WAITING_BYTES 33554432 /* and their bytes: as many as wait on the seam the other way */
#define BOUND_NOTED_BYTES   8388608  /* of frames of a tick, handled again if it is undone: eight directories */
#define BOUND_RUBBISH       10       /* refusals at steps 1 to 9 in an hour: a peer with more is served last */

/* --- time (docs/PROTOCOL.md 4, 6 and 10) --- */
#define BOUND_EXPIRY_DAYS       28       /* days ahead that an envelope may expire */
#define BOUND_EXPIRY_TAKEN_DAYS 29       /* days ahead at which it is taken: clocks differ by up to a day */
#define BOUND_FUTURE_MS         86400000 /* a record that is further in the receiver's future is refused */
#define BOUND_CLOCKS_MS         600000   /* by which the clocks of two nodes may differ before people are told */
#define BOUND_AWAY_DAYS         60       /* that a directory is used at most: no coordinator signs one in so long */
#define BOUND_HARD_EXPIRY_DAYS  14       /* days after its refresh day that a directory may be used, at most */

/* --- disk --- */
#define BOUND_DISK_PEERS 134217728 /* bytes: below, peers are told no room: the last part is our own */
#define BOUND_DISK_FREE  67108864  /* bytes that stay free: below, new referrals are refused before SQLite fails */
#define BOUND_DISK_LAST  16777216  /* bytes: below, the reserve is given up for what answers something open here */
#define BOUND_RESERVE    8388608 /* bytes of the file `reserve`: 400 such messages of the largest size, and their log */

#endif
