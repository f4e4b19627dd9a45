package kernel

import (
	"context"
	"slices"
	"strings"
	"sync"
)

// maxTopics bounds the subscriptions of one peer.
const maxTopics = 256

// publisher is the iopub channel.
type publisher struct {
	socket
	order   sync.Mutex // every subscriber sees messages in the same order
	welcome func(topic string) [][]byte
}

// subscribe takes the message of a SUB socket: one frame, 1 or 0 and a topic.
func (p *publisher) subscribe(from *peer, frames [][]byte) {
	if len(frames) != 1 || len(frames[0]) == 0 || frames[0][0] > 1 {
		p.log.Printf("iopub: ignored a message that is not a subscription")
		return
	}
	on, topic := frames[0][0] == 1, string(frames[0][1:])
	p.order.Lock()
	defer p.order.Unlock()
	if !on {
		delete(from.topics, topic)
		return
	}
	if len(from.topics) >= maxTopics {
		p.log.Printf("iopub: ignored a subscription beyond %d", maxTopics)
		return
	}
	from.topics[topic] = struct{}{}
	if frames := p.welcome(topic); frames != nil {
		from.echo(parcel{frames: frames})
	}
}

// publish queues frames, the first of which is the topic, for all subscribers
// to it. It never waits: see room.
func (p *publisher) publish(frames [][]byte) {
	p.order.Lock()
	defer p.order.Unlock()
	for _, to := range p.subscribers(string(frames[0])) {
		to.put(parcel{frames: frames})
	}
}

// subscribers returns the peers that subscribed to the topic.
func (p *publisher) subscribers(topic string) []*peer {
	return slices.DeleteFunc(p.peers(), func(to *peer) bool { return !wants(to, topic) })
}

// wanted reports whether any peer subscribed to the topic.
func (p *publisher) wanted(topic string) bool {
	p.order.Lock()
	defer p.order.Unlock()
	return len(p.subscribers(topic)) > 0
}

func wants(p *peer, topic string) bool {
	for prefix := range p.topics {
		if strings.HasPrefix(topic, prefix) {
			return true
		}
	}
	return false
}

// room waits until the queues of all subscribers to the topic are below the
// high-water mark, or ctx ends. Its watchdog drops a subscriber that takes
// nothing, which ends the wait as well.
func (p *publisher) room(ctx context.Context, topic string) {
	p.order.Lock()
	all := p.subscribers(topic)
	p.order.Unlock()
	for _, to := range all {
		for full := to.full(); full != nil; full = to.full() {
			select {
			case <-full:
			case <-ctx.Done():
				return
			}
		}
	}
}

// welcomeFrames returns the frames of an iopub_welcome.
func (k *kernel) welcomeFrames(topic string) [][]byte {
	frames, err := k.compose("iopub_welcome", nil, nil, map[string]string{"subscription": topic}, nil)
	if err != nil {
		k.log.Printf("iopub: %v", err)
		return nil
	}
	return append([][]byte{[]byte(topic)}, frames...)
}

// publish sends a message on iopub. The topic begins with the client whose
// request caused it. Without subscribers the message is not even encoded.
func (k *kernel) publish(kind string, from *job, content any) {
	if !k.iopub.wanted(from.topic(kind)) {
		return
	}
	frames, err := k.compose(kind, from.header, nil, content, nil)
	if err != nil {
		k.log.Printf("iopub: %v", err)
		return
	}
	k.iopub.publish(append([][]byte{[]byte(from.topic(kind))}, frames...))
}

func (j *job) topic(kind string) string { return j.req.Client + "." + kind }
