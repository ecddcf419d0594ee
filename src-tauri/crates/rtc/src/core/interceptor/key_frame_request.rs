//! Requests for key frames say in the receiver report before them which stream they are about. Some servers (Janus) know a
//! receiver that sends nothing by such a block alone, and drop its requests else.

use rtc::rtcp;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::rtcp::receiver_report::ReceiverReport;
use rtc::rtcp::reception_report::ReceptionReport;

/// Completes a compound packet on its way out. `report_on` tells what is known of a stream, by its SSRC.
pub(crate) fn complete(
    packets: &mut [Box<dyn rtcp::Packet>],
    report_on: impl FnOnce(u32) -> Option<ReceptionReport>,
) {
    let about = packets.iter().find_map(|packet| {
        let request = packet.as_any().downcast_ref::<PictureLossIndication>();
        request.map(|request| request.media_ssrc)
    });
    let Some(block) = about.and_then(report_on) else {
        return;
    };
    for packet in packets {
        let report = packet.as_any().downcast_ref::<ReceiverReport>();
        if let Some(report) = report.filter(|report| report.reports.is_empty()) {
            let mut report = report.clone();
            report.reports.push(block);
            *packet = Box::new(report);
            return;
        }
    }
}
