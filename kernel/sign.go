package kernel

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"sync"
)

// replayMemory is the least number of remembered signatures, that of
// jupyter_client.
const replayMemory = 1 << 16

var (
	errSignature = errors.New("wrong signature")
	errReplay    = errors.New("signature seen before")
)

type digest [sha256.Size]byte

// signer signs and verifies the four JSON parts of messages.
type signer struct {
	key []byte // empty: no signing

	mu        sync.Mutex
	seen, old map[digest]struct{} // two generations bound the memory
}

func newSigner(key string) *signer {
	return &signer{key: []byte(key), seen: map[digest]struct{}{}}
}

func (s *signer) sum(parts [][]byte) (d digest) {
	mac := hmac.New(sha256.New, s.key)
	for _, part := range parts {
		mac.Write(part)
	}
	mac.Sum(d[:0])
	return d
}

// sign returns the signature frame for the four parts.
func (s *signer) sign(parts [][]byte) []byte {
	if len(s.key) == 0 {
		return nil
	}
	d := s.sum(parts)
	return hex.AppendEncode(nil, d[:])
}

// verify checks the signature frame, and that it was not seen before. Only
// right signatures are remembered: a peer could make wrong ones without end.
func (s *signer) verify(signature []byte, parts [][]byte) error {
	if len(s.key) == 0 {
		return nil
	}
	if len(signature) != hex.EncodedLen(sha256.Size) {
		return errSignature
	}
	var got digest
	if _, err := hex.Decode(got[:], signature); err != nil {
		return errSignature
	}
	want := s.sum(parts)
	if !hmac.Equal(got[:], want[:]) {
		return errSignature
	}
	return s.remember(want)
}

func (s *signer) remember(d digest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, young := s.seen[d]
	_, aged := s.old[d]
	if young || aged {
		return errReplay
	}
	if len(s.seen) >= replayMemory {
		s.old, s.seen = s.seen, map[digest]struct{}{}
	}
	s.seen[d] = struct{}{}
	return nil
}
