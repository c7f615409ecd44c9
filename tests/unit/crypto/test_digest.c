/* SHA-256, the tree hashes, HMAC and HKDF against the examples of their standards; the operating system's random
 * source. */
#include "base/text.h"
#include "crypto/digest.h"
#include "crypto/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void assert_hex(const uint8_t *at, size_t size, const char *hex)
{
    char text[2 * 64 + 1];

    text_write_hex(at, size, text);
    assert_string_equal(text, hex);
}

static void fill(uint8_t *at, size_t size, uint8_t first)
{
    for (size_t i = 0; i < size; i++)
        at[i] = (uint8_t)(first + i);
}

/* FIPS 180-4, the examples of 3 and of 56 bytes. */
static void test_sha256_is_the_standards(void **state)
{
    struct hash h;
    struct view parts[] = {view_of_text("abcdbcdecdefdefgefghfghighij"), view_of_text("hijkijkljklmklmnlmnomnopnopq")};

    (void)state;
    digest_sha256(view_of_text("abc"), &h);
    assert_hex(h.at, HASH_SIZE, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_parts(parts, 2, &h);
    assert_hex(h.at, HASH_SIZE, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    digest_parts(NULL, 0, &h);
    assert_hex(h.at, HASH_SIZE, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void test_a_leaf_and_a_node_are_told_apart_by_their_first_byte(void **state)
{
    struct hash l = {{1}};
    struct hash r = {{2}};
    struct hash node;
    struct hash same;
    struct hash leaf;
    uint8_t joined[1 + 2 * HASH_SIZE] = {0x01};

    (void)state;
    memcpy(joined + 1, l.at, HASH_SIZE);
    memcpy(joined + 1 + HASH_SIZE, r.at, HASH_SIZE);

    digest_node(&l, &r, &node);
    digest_sha256(view_of(joined, sizeof joined), &same);
    digest_leaf(view_of(joined + 1, 2 * HASH_SIZE), &leaf);

    assert_memory_equal(node.at, same.at, HASH_SIZE);
    assert_memory_not_equal(node.at, leaf.at, HASH_SIZE);
    digest_leaf(view_of(NULL, 0), &leaf); /* RFC 6962: the leaf of an empty record */
    assert_hex(leaf.at, HASH_SIZE, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    digest_node(&l, &r, &l); /* the output may overwrite an input */
    assert_memory_equal(node.at, l.at, HASH_SIZE);
}

/* RFC 4231, cases 2 and 6 (a key longer than a block). */
static void test_hmac_is_the_standards(void **state)
{
    struct hash h;
    uint8_t key[131];
    struct view text = view_of_text("what do ya want for nothing?");
    struct view larger = view_of_text("Test Using Larger Than Block-Size Key - Hash Key First");

    (void)state;
    memset(key, 0xaa, sizeof key);
    digest_hmac(view_of_text("Jefe"), &text, 1, &h);
    assert_hex(h.at, HASH_SIZE, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    digest_hmac(view_of(key, sizeof key), &larger, 1, &h);
    assert_hex(h.at, HASH_SIZE, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

/* RFC 5869, test cases 1 and 3 (no salt). */
static void test_hkdf_is_the_standards(void **state)
{
    uint8_t ikm[22] = {0};
    uint8_t salt[13] = {0};
    uint8_t info[10] = {0};
    uint8_t out[42];
    struct hash prk;
    struct view v = view_of(ikm, sizeof ikm);
    struct view i[] = {view_of(info, 4), view_of(info + 4, sizeof info - 4)};

    (void)state;
    memset(ikm, 0x0b, sizeof ikm);
    fill(salt, sizeof salt, 0);
    fill(info, sizeof info, 0xf0);

    digest_hkdf_extract(view_of(salt, sizeof salt), &v, 1, &prk);
    digest_hkdf_expand(&prk, i, 2, out, sizeof out);
    assert_hex(prk.at, HASH_SIZE, "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
    assert_hex(out, sizeof out, "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");

    digest_hkdf_extract(view_of(NULL, 0), &v, 1, &prk);
    digest_hkdf_expand(&prk, NULL, 0, out, sizeof out);
    assert_hex(out, sizeof out, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

static void test_the_random_source_gives_other_bytes_each_time(void **state)
{
    static uint8_t many[3 * 4096 + 17];
    uint8_t a[32] = {0};
    uint8_t b[32] = {0};
    unsigned seen[256] = {0};

    (void)state;
    for (int i = 0; i < 1000; i++) {
        memcpy(b, a, sizeof b);
        random_fill(&random_real, a, sizeof a);
        assert_memory_not_equal(a, b, sizeof a);
    }
    random_fill(&random_real, many, sizeof many);
    for (size_t i = 0; i < sizeof many; i++)
        seen[many[i]]++;
    for (size_t i = 0; i < 256; i++)
        assert_in_range(seen[i], 10, 120); /* 48 expected */
    assert_memory_not_equal(many, many + 4096, 4096);
}

static void test_a_child_does_not_generate_what_its_parent_generates(void **state)
{
    uint8_t ours[32];
    uint8_t theirs[32] = {0};
    const uint8_t zeros[32] = {0};
    int ends[2];
    pid_t child;

    (void)state;
    random_fill(&random_real, ours, 1); /* the buffer is filled now, and the child has a copy of it */
    assert_int_equal(pipe(ends), 0);
    child = fork();
    if (child == 0) {
        random_fill(&random_real, theirs, sizeof theirs);
        _exit(write(ends[1], theirs, sizeof theirs) == sizeof theirs ? 0 : 1);
    }
    random_fill(&random_real, ours, sizeof ours);
    assert_int_equal(read(ends[0], theirs, sizeof theirs), sizeof theirs);
    assert_int_equal(waitpid(child, NULL, 0), child);
    (void)close(ends[0]);
    (void)close(ends[1]);

    assert_memory_not_equal(ours, theirs, sizeof ours);
    assert_memory_not_equal(theirs, zeros, sizeof theirs); /* nor what is left of a wiped buffer */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha256_is_the_standards),
        cmocka_unit_test(test_a_leaf_and_a_node_are_told_apart_by_their_first_byte),
        cmocka_unit_test(test_hmac_is_the_standards),
        cmocka_unit_test(test_hkdf_is_the_standards),
        cmocka_unit_test(test_the_random_source_gives_other_bytes_each_time),
        cmocka_unit_test(test_a_child_does_not_generate_what_its_parent_generates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
