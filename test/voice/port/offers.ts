// Offers as browsers make them, shortened by codecs that are of no matter.
const FINGERPRINT =
  "a=fingerprint:sha-256 AA:24:C3:F8:47:59:5F:7D:FC:68:38:05:24:82:48:67:11:25:BB:B3:7F:2A:25:31:D4:04:C8:E2:F5:4B:97:1F";

/** Chromium's, with a microphone, a camera and a data channel. */
export const CHROMIUM = `v=0
o=- 8399982468010226647 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1 2
a=extmap-allow-mixed
a=msid-semantic: WMS 230444e4-3971-4323-bc10-0720e6250330
m=audio 9 UDP/TLS/RTP/SAVPF 111 63 9 0 8 13 110 126
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:dfki
a=ice-pwd:9c0TbXopaBFwYsRiUUFRSNWQ
a=ice-options:trickle
${FINGERPRINT}
a=setup:actpass
a=mid:0
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:3 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
a=sendonly
a=msid:230444e4-3971-4323-bc10-0720e6250330 5f550542-c638-41e8-87e3-b6ba57e5bdd4
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:111 opus/48000/2
a=rtcp-fb:111 transport-cc
a=fmtp:111 minptime=10;useinbandfec=1
a=rtpmap:63 red/48000/2
a=fmtp:63 111/111
a=rtpmap:9 G722/8000
a=rtpmap:110 telephone-event/48000
a=ssrc:1312955312 cname:5Z1Y3LAMDRmp0WnI
m=video 9 UDP/TLS/RTP/SAVPF 102 103
c=IN IP4 0.0.0.0
a=rtcp:9 IN IP4 0.0.0.0
a=ice-ufrag:dfki
a=ice-pwd:9c0TbXopaBFwYsRiUUFRSNWQ
a=ice-options:trickle
${FINGERPRINT}
a=setup:actpass
a=mid:1
a=sendonly
a=rtcp-mux
a=rtcp-rsize
a=rtpmap:102 H264/90000
a=rtcp-fb:102 nack pli
a=fmtp:102 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f
a=rtpmap:103 rtx/90000
a=fmtp:103 apt=102
m=application 9 UDP/DTLS/SCTP webrtc-datachannel
c=IN IP4 0.0.0.0
a=ice-ufrag:dfki
a=ice-pwd:9c0TbXopaBFwYsRiUUFRSNWQ
a=ice-options:trickle
${FINGERPRINT}
a=setup:actpass
a=mid:2
a=sctp-port:5000
a=max-message-size:262144
`.replaceAll("\n", "\r\n");

/** Firefox's: what belongs to the transport stands with the session, and only the first section has a port. */
export const FIREFOX = `v=0
o=mozilla...THIS_IS_SDPARTA-99.0 4302519471391236018 0 IN IP4 0.0.0.0
s=-
t=0 0
a=sendrecv
${FINGERPRINT}
a=group:BUNDLE 0 1
a=ice-options:trickle
a=msid-semantic:WMS *
m=audio 9 UDP/TLS/RTP/SAVPF 109 9 0 8 101
c=IN IP4 0.0.0.0
a=recvonly
a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
a=extmap:3 urn:ietf:params:rtp-hdrext:sdes:mid
a=fmtp:109 maxplaybackrate=48000;stereo=1;useinbandfec=1
a=fmtp:101 0-15
a=ice-pwd:36e1c68fe8efa9bd1cbb2b7fd5a5e3a5
a=ice-ufrag:4b7a09a8
a=mid:0
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=rtpmap:9 G722/8000/1
a=rtpmap:0 PCMU/8000
a=rtpmap:8 PCMA/8000
a=rtpmap:101 telephone-event/8000/1
a=setup:actpass
a=ssrc:1234567 cname:{1f63be1d-6c5a-4a5a-8b6b-0f6fd2c9aaaa}
m=audio 0 UDP/TLS/RTP/SAVPF 109 9 0 8 101
c=IN IP4 0.0.0.0
a=bundle-only
a=recvonly
a=ice-pwd:36e1c68fe8efa9bd1cbb2b7fd5a5e3a5
a=ice-ufrag:4b7a09a8
a=mid:1
a=rtcp-mux
a=rtpmap:109 opus/48000/2
a=setup:actpass
`.replaceAll("\n", "\r\n");
