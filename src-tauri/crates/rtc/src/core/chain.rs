//! The chain behind the gate: repair, reports, congestion control.

use std::sync::Arc;
use std::time::Duration;

use rtc::interceptor::{
    CongestionControlBuilder, Interceptor, NackGeneratorBuilder, NackResponderBuilder,
    ReceiverReportBuilder, Registry, SenderReportBuilder, Slot, TwccReceiverBuilder,
    TwccSenderBuilder,
};

use super::interceptor::bandwidth::Bandwidth;
use super::interceptor::link::LinkState;
use super::interceptor::pacer::Pacer;
use super::interceptor::repair_names::RepairNames;
use super::interceptor::rtx_unwrap::RtxUnwrap;
use super::interceptor::tap::Tap;

/// How often holes are asked for. Long enough for packets out of order, short enough for two tries in 200 ms.
const NACK_INTERVAL: Duration = Duration::from_millis(20);
/// Retransmissions become what they repeat before the NACK generator looks for holes.
const UNWRAP: usize = 6_500;
/// Retransmissions are named before they wait.
const NAMES: usize = 3_500;
/// Counts what is on the wire, closest to it.
const TAP: usize = 500;
const NACK_WINDOW: u16 = 1_024;
const NACK_TRIES: u16 = 10;
const REPORT_INTERVAL: Duration = Duration::from_secs(1);
const FEEDBACK_INTERVAL: Duration = Duration::from_millis(50);

pub(crate) fn build(link: &Arc<LinkState>) -> impl Interceptor + use<> {
    Registry::new()
        .with(TAP.into(), Tap::new(Arc::clone(link)))
        .with(
            Slot::CongestionControl,
            CongestionControlBuilder::new(Bandwidth::new()).build(),
        )
        .with(Slot::Pacer, Pacer::new(Arc::clone(link)))
        .with(NAMES.into(), RepairNames::default())
        .with(UNWRAP.into(), RtxUnwrap::new())
        .with(Slot::TwccSender, TwccSenderBuilder::new().build())
        .with(
            Slot::NackResponder,
            NackResponderBuilder::new().with_size(NACK_WINDOW).build(),
        )
        .with(
            Slot::NackGenerator,
            NackGeneratorBuilder::new()
                .with_interval(NACK_INTERVAL)
                .with_size(NACK_WINDOW)
                .with_max_nacks_per_packet(NACK_TRIES)
                .build(),
        )
        .with(
            Slot::TwccReceiver,
            TwccReceiverBuilder::new()
                .with_interval(FEEDBACK_INTERVAL)
                .build(),
        )
        .with(
            Slot::ReceiverReport,
            ReceiverReportBuilder::new()
                .with_interval(REPORT_INTERVAL)
                .build(),
        )
        .with(
            Slot::SenderReport,
            SenderReportBuilder::new()
                .with_interval(REPORT_INTERVAL)
                .build(),
        )
        .build()
}
