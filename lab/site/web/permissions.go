package web

import (
	"strings"
)

// used are the features that our own pages ask for: a copy button, and the wall
// of a class that fills the screen.
var used = []string{"clipboard-write", "fullscreen"}

// unused are the other features that a Permissions-Policy can switch off and
// Chromium knows: it warns of a name that it does not. No page of ours, nor what
// a page shows in a frame, may ask for any.
//
// Client hints (ch-…) are not among them, although the policy knows them: they are
// header fields of requests, and what a browser sends to the apps is the lesson.
var unused = []string{
	"accelerometer", "aria-notify", "autoplay", "browsing-topics", "camera", "captured-surface-control", "clipboard-read",
	"compute-pressure", "cross-origin-isolated", "deferred-fetch", "deferred-fetch-minimal", "digital-credentials-create",
	"digital-credentials-get", "display-capture", "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid",
	"identity-credentials-get", "idle-detection", "interest-cohort", "keyboard-map", "language-detector", "language-model",
	"local-fonts", "local-network", "local-network-access", "loopback-network", "magnetometer",
	"media-playback-while-not-visible", "microphone", "midi", "on-device-speech-recognition", "otp-credentials", "payment",
	"picture-in-picture", "private-state-token-issuance", "private-state-token-redemption", "publickey-credentials-create",
	"publickey-credentials-get", "screen-wake-lock", "serial", "speaker-selection", "storage-access", "summarizer", "sync-xhr",
	"translator", "unload", "usb", "window-management", "xr-spatial-tracking",
}

// Permissions is the Permissions-Policy of every page of our own: nothing, but
// what is used, and that for the lab itself only.
var Permissions = strings.Join(unused, "=(), ") + "=(), " + strings.Join(used, "=(self), ") + "=(self)"
