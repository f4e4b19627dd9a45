package draft

import (
	"maps"
	"slices"
)

// pyDict is a dict of Python's, which keeps the order of its keys.
type pyDict[K comparable, V any] struct {
	index  map[K]int
	keys   []K
	values []V
}

func (d *pyDict[K, V]) has(key K) bool {
	_, found := d.index[key]
	return found
}

func (d *pyDict[K, V]) key(key K) V {
	at, found := d.index[key]
	if !found {
		panic("KeyError: the dict has no such key")
	}
	return d.values[at]
}

func (d *pyDict[K, V]) get(key K, other V) V {
	if at, found := d.index[key]; found {
		return d.values[at]
	}
	return other
}

func (d *pyDict[K, V]) maybe(key K) *V {
	if at, found := d.index[key]; found {
		return new(d.values[at])
	}
	return nil
}

func (d *pyDict[K, V]) put(key K, value V) {
	if at, found := d.index[key]; found {
		d.values[at] = value
		return
	}
	if d.index == nil {
		d.index = map[K]int{}
	}
	d.index[key] = len(d.keys)
	d.keys, d.values = append(d.keys, key), append(d.values, value)
}

func (d *pyDict[K, V]) made(key K, zero func() V) V {
	if at, found := d.index[key]; found {
		return d.values[at]
	}
	value := zero()
	d.put(key, value)
	return value
}

func (d *pyDict[K, V]) setDefault(key K, value V) V {
	return d.made(key, func() V { return value })
}

func (d *pyDict[K, V]) pop(key K) V {
	value := d.key(key)
	at := d.index[key]
	delete(d.index, key)
	d.keys, d.values = slices.Delete(d.keys, at, at+1), slices.Delete(d.values, at, at+1)
	for ; at < len(d.keys); at++ {
		d.index[d.keys[at]] = at
	}
	return value
}

func (d *pyDict[K, V]) popItem(last bool) pyTuple2[K, V] {
	if len(d.keys) == 0 {
		panic("KeyError: the dict is empty")
	}
	at := 0
	if last {
		at = len(d.keys) - 1
	}
	key := d.keys[at]
	return pyTuple2[K, V]{key, d.pop(key)}
}

func (d *pyDict[K, V]) moveToEnd(key K) {
	value := d.pop(key)
	d.put(key, value)
}

func (d *pyDict[K, V]) popOr(key K, other V) V {
	if d.has(key) {
		return d.pop(key)
	}
	return other
}

func (d *pyDict[K, V]) popMaybe(key K) *V {
	if d.has(key) {
		return new(d.pop(key))
	}
	return nil
}

func (d *pyDict[K, V]) items() []pyTuple2[K, V] {
	out := make([]pyTuple2[K, V], len(d.keys))
	for at, key := range d.keys {
		out[at] = pyTuple2[K, V]{key, d.values[at]}
	}
	return out
}

func (d *pyDict[K, V]) update(other *pyDict[K, V]) {
	for at, key := range other.keys {
		d.put(key, other.values[at])
	}
}

func (d *pyDict[K, V]) copy() *pyDict[K, V] {
	return &pyDict[K, V]{maps.Clone(d.index), slices.Clone(d.keys), slices.Clone(d.values)}
}

func (d *pyDict[K, V]) plain() map[K]V {
	out := map[K]V{}
	for at, key := range d.keys {
		out[key] = d.values[at]
	}
	return out
}

// pyDictOf is Python's {key: value, ...}.
func pyDictOf[K comparable, V any](keys []K, values []V) *pyDict[K, V] {
	out := &pyDict[K, V]{}
	for at, key := range keys {
		out.put(key, values[at])
	}
	return out
}

// pyCountOrdered is Python's Counter(values).
func pyCountOrdered[K comparable](values []K) *pyDict[K, int] {
	out := &pyDict[K, int]{}
	pyCountMoreOrdered(out, values)
	return out
}

// pyCountMoreOrdered is Python's counter.update(values).
func pyCountMoreOrdered[K comparable](out *pyDict[K, int], values []K) {
	for _, value := range values {
		out.put(value, out.get(value, 0)+1)
	}
}

// pyCountMap is Python's Counter(values), whose order nobody asks for.
func pyCountMap[K comparable](values []K) map[K]int {
	out := map[K]int{}
	pyCountMore(out, values)
	return out
}

// pyCountMore is Python's counter.update(values).
func pyCountMore[K comparable](out map[K]int, values []K) {
	for _, value := range values {
		out[value]++
	}
}

// pyMostCommon is Python's counter.most_common(n).
func pyMostCommon[K comparable](counts *pyDict[K, int], n int) []pyTuple2[K, int] {
	items := counts.items()
	slices.SortStableFunc(items, func(a, b pyTuple2[K, int]) int { return b.B - a.B })
	return items[:min(max(n, 0), len(items))]
}

// pyKey is Python's values[key] of a dict.
func pyKey[K comparable, V any](values map[K]V, key K) V {
	value, found := values[key]
	if !found {
		panic("KeyError: the dict has no such key")
	}
	return value
}

// pyMade is Python's values[key] of a defaultdict.
func pyMade[K comparable, V any](values map[K]V, key K, zero func() V) V {
	value, found := values[key]
	if !found {
		value = zero()
		values[key] = value
	}
	return value
}

// pyGet is Python's values.get(key, other).
func pyGet[K comparable, V any](values map[K]V, key K, other V) V {
	if value, found := values[key]; found {
		return value
	}
	return other
}

// pyGetMaybe is Python's values.get(key).
func pyGetMaybe[K comparable, V any](values map[K]V, key K) *V {
	if value, found := values[key]; found {
		return &value
	}
	return nil
}

// pySetDefault is Python's values.setdefault(key, value).
func pySetDefault[K comparable, V any](values map[K]V, key K, value V) V {
	return pyMade(values, key, func() V { return value })
}

// pyPopKey is Python's values.pop(key) of a dict.
func pyPopKey[K comparable, V any](values map[K]V, key K) V {
	value := pyKey(values, key)
	delete(values, key)
	return value
}

// pyPopKeyOr is Python's values.pop(key, other) of a dict.
func pyPopKeyOr[K comparable, V any](values map[K]V, key K, other V) V {
	value := pyGet(values, key, other)
	delete(values, key)
	return value
}

// pyPopMaybe is Python's values.pop(key, None) of a dict.
func pyPopMaybe[K comparable, V any](values map[K]V, key K) *V {
	value := pyGetMaybe(values, key)
	delete(values, key)
	return value
}

// pyHas is Python's key in values of a dict or a set.
func pyHas[K comparable, V any](values map[K]V, key K) bool {
	if key != key {
		panic("not translated: NaN in a dict or a set")
	}
	_, found := values[key]
	return found
}

// pyAdd is Python's values.add(value) of a set of floats, of which the first of equal ones stays.
func pyAdd[K comparable](values map[K]struct{}, value K) {
	if !pyHas(values, value) {
		values[value] = struct{}{}
	}
}

// pyDrop is Python's values.remove(value) of a set.
func pyDrop[K comparable](values map[K]struct{}, value K) {
	if !pyHas(values, value) {
		panic("KeyError: the set has no such value")
	}
	delete(values, value)
}

// pySetOf is Python's set(values).
func pySetOf[K comparable](values []K) map[K]struct{} {
	out := make(map[K]struct{}, len(values))
	pySetMore(out, values)
	return out
}

// pySetMore is Python's set.update(values).
func pySetMore[K comparable](out map[K]struct{}, values []K) {
	for _, value := range values {
		pyAdd(out, value)
	}
}

// pySetBoth is Python's a & b of sets.
func pySetBoth[K comparable](a, b map[K]struct{}) map[K]struct{} {
	out := maps.Clone(a)
	pyKeepOnly(out, b)
	return out
}

// pySetEither is Python's a | b of sets.
func pySetEither[K comparable](a, b map[K]struct{}) map[K]struct{} {
	out := maps.Clone(a)
	for value := range b {
		pyAdd(out, value)
	}
	return out
}

// pySetWithout is Python's a - b of sets.
func pySetWithout[K comparable](a, b map[K]struct{}) map[K]struct{} {
	out := maps.Clone(a)
	pyTakeAway(out, b)
	return out
}

// pySetOne is Python's a ^ b of sets.
func pySetOne[K comparable](a, b map[K]struct{}) map[K]struct{} {
	out := pySetWithout(a, b)
	maps.Copy(out, pySetWithout(b, a))
	return out
}

// pySetWithin is Python's a <= b of sets.
func pySetWithin[K comparable](a, b map[K]struct{}) bool { return len(pySetWithout(a, b)) == 0 }

// pySetApart is Python's a.isdisjoint(b) of sets.
func pySetApart[K comparable](a, b map[K]struct{}) bool { return len(pySetBoth(a, b)) == 0 }

// pyTakeAway is Python's a -= b of sets.
func pyTakeAway[K comparable](a, b map[K]struct{}) {
	for value := range b {
		delete(a, value)
	}
}

// pyKeepOnly is Python's a &= b of sets.
func pyKeepOnly[K comparable](a, b map[K]struct{}) {
	maps.DeleteFunc(a, func(value K, _ struct{}) bool {
		_, found := b[value]
		return !found
	})
}
