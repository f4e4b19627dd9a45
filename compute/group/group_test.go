package group

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"goscore/compute/parallel"
)

// threadCounts are the numbers of cores on which results must agree.
var threadCounts = []int{1, 2, 8}

// checkBy compares By with the plain way.
func checkBy(t *testing.T, n int, keys ...Key) {
	t.Helper()
	for _, keep := range []bool{false, true} {
		want := plainBy(keys, n, keep)
		for _, threads := range threadCounts {
			for _, given := range [][]Key{keys, inTexts(keys)} {
				got := By(given, n, keep, threads)
				if !slices.Equal(got.Order, want.Order) || !slices.Equal(got.Starts, want.Starts) {
					t.Errorf("%d rows, %d threads, keepMissing %v: %s, want %s", n, threads, keep, short(got), short(want))
				}
			}
		}
	}
}

// inTexts gives the strings of keys block by block.
func inTexts(keys []Key) []Key {
	keys = slices.Clone(keys)
	for i, k := range keys {
		if k.Strings != nil {
			keys[i] = Key{Texts: &Texts{len(k.Strings), func(buf []string, lo, hi int) []string {
				return buf[:copy(buf, k.Strings[lo:hi])]
			}}, Valid: k.Valid}
		}
	}
	return keys
}

func short(g *Grouping) string {
	return fmt.Sprintf("%d groups %.200s of %.200s", g.Len(), fmt.Sprint(g.Starts), fmt.Sprint(g.Order))
}

func TestByOrdersGroupsAndRows(t *testing.T) {
	check := func(want string, keepMissing bool, n int, keys ...Key) {
		t.Helper()
		for _, threads := range threadCounts {
			g := By(keys, n, keepMissing, threads)
			var groups [][]uint32
			for i := range g.Len() {
				groups = append(groups, g.Order[g.Starts[i]:g.Starts[i+1]])
			}
			if got := fmt.Sprint(groups); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
	nan, inf, zero := math.NaN(), math.Inf(1), math.Copysign(0, -1)
	floats := Key{Floats: []float64{inf, nan, 0, -1, zero, -inf, nan, 1e-300}}
	check("[[5] [3] [2 4] [7] [0] [1 6]]", false, 8, floats)
	floats.Valid = []byte{0b1111_0111}
	check("[[5] [2 4] [7] [0] [1 6]]", false, 8, floats)
	check("[[5] [2 4] [7] [0] [1 6] [3]]", true, 8, floats)
	otherNaN := math.Float64frombits(math.Float64bits(nan) | 1<<63 | 5)
	check("[[2] [0 1] [3]]", true, 4, Key{Floats: []float64{nan, otherNaN, inf, nan}, Valid: []byte{0b0111}})
	ints := Key{Ints: []int64{0, math.MaxInt64, -1, math.MinInt64, -1}}
	check("[[3] [2 4] [0] [1]]", false, 5, ints)
	check("[[2] [0] [1]]", false, 3, Key{Uints: []uint64{1 << 63, math.MaxUint64, 1<<63 - 1}})
	check("[[1 2] [0 3]]", false, 4, Key{Bools: []bool{true, false, false, true}})
	check("[[1] [4] [2] [0] [3]]", false, 5, Key{Strings: []string{"é", "", "b", "日本", "a\x00"}})
	check("[[0] [2]]", false, 3, Key{Ints: []int64{1, 5, 2}, Valid: []byte{0b101}})
	check("[[0] [2] [1]]", true, 3, Key{Ints: []int64{1, 5, 2}, Valid: []byte{0b101}})
	check("[]", false, 2, Key{Strings: []string{"a", "b"}, Valid: []byte{0xfc}})
	check("[[0 1]]", true, 2, Key{Strings: []string{"a", "b"}, Valid: []byte{0xfc}})
	check("[[0 1 2]]", false, 3)
	check("[]", true, 0, Key{}, Key{Ints: []int64{}})
	// pandas 3.0: df.groupby(["a", "b"], dropna=False).indices
	a := Key{Floats: []float64{2, 0, 1, 1, 0, 2}, Valid: []byte{0b101101}}
	b := Key{Strings: []string{"x", "x", "y", "", "", "a"}, Valid: []byte{0b100111}}
	check("[[2] [3] [5] [0] [1] [4]]", true, 6, a, b)
	check("[[2] [5] [0]]", false, 6, a, b)
}

// mixedKeys are keys of every type, with and without missing ones, that take
// about as many values as told. Some lie close together, others far apart.
func mixedKeys(n, values int) []Key {
	r := rand.New(rand.NewPCG(5, uint64(n)))
	var near, far, time, uints, floats, labels, bools = Key{}, Key{}, Key{}, Key{}, Key{}, Key{}, Key{}
	for range n {
		v := r.IntN(values)
		near.Ints = append(near.Ints, int64(v)-2)
		far.Ints = append(far.Ints, int64(hash(uint64(r.IntN(values)))))
		time.Ints = append(time.Ints, 1.7e18+int64(r.IntN(values))*1e9)
		uints.Uints = append(uints.Uints, math.MaxUint64-uint64(r.IntN(values))*12345678)
		floats.Floats = append(floats.Floats, (float64(r.IntN(values))-3)/2)
		labels.Strings = append(labels.Strings, fmt.Sprintf("label %0*d", 1+r.IntN(2)*12, r.IntN(values)))
		bools.Bools = append(bools.Bools, r.IntN(2) == 0)
	}
	valid := make([]byte, (n+7)/8)
	for i := range valid {
		valid[i] = byte(r.Uint32() | r.Uint32())
	}
	sparse := Key{Ints: far.Ints, Valid: valid}
	words := Key{Strings: labels.Strings, Valid: valid[:len(valid):len(valid)]}
	holes := Key{Floats: slices.Clone(floats.Floats), Valid: valid}
	for i := 1; i < n; i += 5 {
		holes.Floats[i] = math.NaN()
	}
	return []Key{near, far, time, uints, floats, labels, bools, sparse, words, holes}
}

func TestByIsTheSameAsPlainly(t *testing.T) {
	for _, n := range []int{1, 2, 7, 9, hashRows - 1, hashRows, hashRows + 1, parallel.BlockRows - 1, parallel.BlockRows, parallel.BlockRows + 1} {
		for _, values := range []int{5, n + n/2} {
			keys := mixedKeys(n, values)
			for i := range keys {
				checkBy(t, n, keys[i])
				if n < hashRows {
					checkBy(t, n, keys[i], keys[(i+7)%len(keys)])
				}
			}
			checkBy(t, n, keys[0], keys[8], keys[9])
			checkBy(t, n, keys[7], keys[5], keys[6], keys[3])
		}
	}
}

func TestByOfExtremes(t *testing.T) {
	n := 4*parallel.BlockRows + 3
	distinct, one, missing := make([]int64, n), make([]int64, n), make([]byte, n/8+1)
	for i := range distinct {
		distinct[i] = int64(hash(uint64(i)))
		one[i] = math.MaxInt64
	}
	checkBy(t, n, Key{Ints: distinct})
	checkBy(t, n, Key{Ints: one}, Key{Ints: one})
	checkBy(t, n, Key{Ints: distinct, Valid: missing})
	checkBy(t, n, Key{Ints: one}, Key{Ints: distinct, Valid: missing})
	// Ranks that go round the buckets once and a little more.
	for _, values := range []int{1<<bucketBits - 1, 1 << bucketBits, 1<<bucketBits + 1, 3 << bucketBits} {
		for i := range distinct {
			distinct[i] = int64(i*7919%values) - 5
		}
		checkBy(t, n, Key{Ints: distinct})
	}
}

func TestByOfStringsThatAreAlike(t *testing.T) {
	var keys []string
	for i := range 3 * fewKeys {
		keys = append(keys,
			strings.Repeat("\x00", i), "the same long beginning "+strings.Repeat("a", i%70), fmt.Sprintf("%d", i%100),
			fmt.Sprintf("the same %012d and %08d", i%3, i), "日本語"+string(rune(0x4e00+i)), string(rune(0x1f600+i)))
	}
	checkBy(t, len(keys), Key{Strings: keys})
	zeros := make([]string, 2*fewKeys)
	for i := range zeros {
		zeros[i] = strings.Repeat("\x00", len(zeros)-i)
	}
	checkBy(t, len(zeros), Key{Strings: zeros})
}

func TestByLeavesItsKeysAlone(t *testing.T) {
	keys := []Key{{Ints: []int64{3, 1}, Valid: []byte{0xff}}, {Floats: []float64{math.NaN(), 1}, Valid: []byte{0b11}}}
	By(keys, 2, false, 2)
	if keys[0].Valid == nil || keys[1].Valid[0] != 0b11 {
		t.Errorf("validity became %v, %v", keys[0].Valid, keys[1].Valid)
	}
}

func TestByOfWrongLengths(t *testing.T) {
	check := func(want string, n int, keys ...Key) {
		t.Helper()
		defer func() {
			t.Helper()
			if got := fmt.Sprint(recover()); got != want {
				t.Errorf("panic %q, want %q", got, want)
			}
		}()
		By(keys, n, false, 1)
	}
	check("group.By: key 1 has 1 rows, not 2", 2, Key{Ints: []int64{1, 2}}, Key{Ints: []int64{1}})
	check("by= takes at most 4294967294 rows, not 4294967295", math.MaxUint32)
}

func TestByUnlessItIsGivenUp(t *testing.T) {
	const rows = 200_000
	for name, keys := range benchKeys(rows, rows) {
		looks := int64(0)
		ByUnless(func() { atomic.AddInt64(&looks, 1) }, keys, rows, false, 2)
		if looks < rows/parallel.BlockRows {
			t.Errorf("%s: it was asked %d times whether to go on", name, looks)
		}
		for _, most := range []int64{0, looks / 2, looks * 9 / 10} {
			left, given := most, errors.New("given up")
			func() {
				defer func() {
					if got, ok := recover().(error); !ok || !errors.Is(got, given) {
						t.Errorf("%s: given up after %d looks of %d: %v", name, most, looks, got)
					}
				}()
				ByUnless(func() {
					if atomic.AddInt64(&left, -1) < 0 {
						panic(given)
					}
				}, keys, rows, false, 2)
			}()
			if left < -8 {
				t.Errorf("%s: it went on for %d looks", name, -left)
			}
		}
	}
}

func TestFirstRows(t *testing.T) {
	g := By([]Key{{Ints: []int64{7, 5, 7, 5, 6}}}, 5, false, 0)
	if got := g.First(); g.Len() != 3 || !slices.Equal(got, []uint32{1, 4, 0}) {
		t.Errorf("first rows %v", got)
	}
}
