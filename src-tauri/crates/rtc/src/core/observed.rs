//! What the crate's own transport objects say of ICE and DTLS.

use std::sync::Arc;

use rtc::peer_connection::transport::{RTCDtlsTransportState, RTCIceCandidate, RTCIceRole};
use webrtc::peer_connection::PeerConnection;
use webrtc::peer_connection::transport::DtlsTransport;

use crate::event::{DtlsState, SelectedPair};

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Observed {
    pub dtls: DtlsState,
    pub controlling: Option<bool>,
    pub remote_certificates: Vec<Vec<u8>>,
    pub selected_pair: Option<SelectedPair>,
}

fn line(candidate: &RTCIceCandidate) -> String {
    candidate
        .to_json()
        .map(|init| init.candidate)
        .unwrap_or_default()
}

/// The transport is that of the connection's one sender.
async fn transport(connection: &Arc<dyn PeerConnection>) -> Option<Arc<dyn DtlsTransport>> {
    let senders = connection.get_senders().await;
    senders.first()?.transport().await.ok()?
}

/// The far end of the selected path.
pub(crate) async fn far_end(connection: &Arc<dyn PeerConnection>) -> Option<RTCIceCandidate> {
    let ice = transport(connection).await?.ice_transport();
    let pair = ice.get_selected_candidate_pair().await.ok()??;
    Some(pair.remote().clone())
}

/// Reads it.
pub(crate) async fn of(connection: &Arc<dyn PeerConnection>) -> Observed {
    let mut observed = Observed::default();
    let Some(dtls) = transport(connection).await else {
        return observed;
    };
    observed.dtls = match dtls.state().await {
        Ok(RTCDtlsTransportState::Connecting) => DtlsState::Connecting,
        Ok(RTCDtlsTransportState::Connected) => DtlsState::Connected,
        Ok(RTCDtlsTransportState::Closed) => DtlsState::Closed,
        Ok(RTCDtlsTransportState::Failed) => DtlsState::Failed,
        _ => DtlsState::New,
    };
    if let Ok(certificates) = dtls.get_remote_certificates().await {
        observed.remote_certificates = certificates;
    }
    let ice = dtls.ice_transport();
    observed.controlling = match ice.role().await {
        Ok(RTCIceRole::Controlling) => Some(true),
        Ok(RTCIceRole::Controlled) => Some(false),
        _ => None,
    };
    if let Ok(Some(pair)) = ice.get_selected_candidate_pair().await {
        observed.selected_pair = Some(SelectedPair {
            local: line(pair.local()),
            remote: line(pair.remote()),
        });
    }
    observed
}
