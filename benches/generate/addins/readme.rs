//! The page beside the samples.

pub(super) const PAGE: &str = "# Sample add-ins

Invented add-ins, written by `cargo run --features generator --bin generate-logs -- addins --out sample-addins`; the same bytes every time. Their secrets open nothing, and nobody has the keys of their certificates. Dates are those of November 2026: give `--now 2026-11-25`. Each folder is a world of its own, with its own farm or tenant: audit one at a time.

## travel-requests

A provider-hosted add-in of a farm that trusts Azure ACS (low trust). It was registered for one domain, then its web application moved to another port and its receivers to another host, and nobody registered it again.

| place | value |
|---|---|
| App Domain (`serviceprincipal.json`) | `apps.litware-travel.net` |
| StartPage (`TravelRequests.app`) | `https://apps.litware-travel.net:8443/Pages/Default.aspx` |
| InstalledEventEndpoint, UninstallingEventEndpoint | `https://events.litware-travel.net/Services/AppEventReceiver.svc` |
| receiver ItemAdded (`Elements.xml` in the cabinet in the package) | `https://events.litware-travel.net/Services/TravelItems.svc` |
| certificate (`apps.litware-travel.net.pem`) | `apps.litware-travel.net` |

```
spdoctor oauth sample-addins/travel-requests --now 2026-11-25
```

shows the launch that fails with \"is not the intended audience\" (OB01: the port is part of the audience), receivers that SharePoint does not call with a token (OB02), a certificate that does not cover their host (OB04), and the client secret that stands in `web.config` in plain text (OF13).

## leave-approvals

A high-trust add-in on a farm, as it should be: registration, StartPage and certificate say the same host, the farm trusts the issuer and both certificates, the signing certificate lies in the store of Windows and not beside the code. `AddInRegistration.json` is what `Export-AddInRegistration.ps1` writes.

```
spdoctor oauth sample-addins/leave-approvals --now 2026-11-25
```

finds nothing that keeps it from running.

## expense-notes

An add-in of SharePoint Online. Add-ins and ACS ended there on 2026-04-02, so the first thing to be told is that it can no longer run (OL01); that its secret ended on 2026-02-11 (OF05) no longer matters.

```
spdoctor oauth sample-addins/expense-notes --now 2026-11-25
```

## greeting-spfx

A package of the SharePoint Framework. It has the form of an add-in package and a manifest in the same namespace, and is recognised and left alone.

```
spdoctor oauth sample-addins/greeting-spfx
```
";
