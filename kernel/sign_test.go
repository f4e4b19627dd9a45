package kernel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"testing"
)

func TestSigner(t *testing.T) {
	parts := [][]byte{[]byte("a"), []byte("b"), []byte("c"), []byte("d")}
	// python3 -c "import hmac; print(hmac.new(b'a key', b'abcd', 'sha256').hexdigest())"
	const want = "cdcce4a52b74f9b73e010be9a0e5fb3476f6f6f511c9d8b28fe8580f593e7dc2"
	s := newSigner(testKey)
	right := s.sign(parts)
	if string(right) != want {
		t.Fatalf("sign = %s, want %s", right, want)
	}
	check := func(name string, signature []byte, want error) {
		t.Helper()
		if err := s.verify(signature, parts); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", name, err, want)
		}
	}
	check("none", nil, errSignature)
	check("short", right[:62], errSignature)
	check("long", append(bytes.Clone(right), '0'), errSignature)
	check("not hex", bytes.Repeat([]byte("x"), 64), errSignature)
	check("another", newSigner("b").sign(parts), errSignature)
	if len(s.seen) != 0 {
		t.Error("wrong signatures are remembered")
	}
	check("right", right, nil)
	check("replay", right, errReplay)
	check("replay in capitals", bytes.ToUpper(right), errReplay)
}

func TestSignerWithoutKey(t *testing.T) {
	s := newSigner("")
	if got := s.sign(nil); len(got) != 0 {
		t.Errorf("sign = %q", got)
	}
	for range 2 {
		if err := s.verify([]byte("anything"), nil); err != nil {
			t.Error(err)
		}
	}
}

func TestReplayMemoryIsBounded(t *testing.T) {
	s := newSigner(testKey)
	number := func(i int) (d digest) {
		binary.BigEndian.PutUint64(d[:], uint64(i))
		return d
	}
	for i := range 2*replayMemory + 2 {
		if err := s.remember(number(i)); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.seen) + len(s.old); n > 2*replayMemory {
		t.Errorf("%d signatures remembered", n)
	}
	if err := s.remember(number(replayMemory + 3)); !errors.Is(err, errReplay) {
		t.Errorf("replay within the memory: %v", err)
	}
}
